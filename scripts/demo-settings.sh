# Sourced: what PBXs of the demo company are told, made up unless it is set.
: "${DIALTREE_SIP_REALM:=sip.demo.example}"
: "${DIALTREE_SIP_REGISTRAR:=sip.demo.example}"
: "${DIALTREE_SIP_PRIMARY_PROXY:=proxy1.demo.example}"
: "${DIALTREE_SIP_SECONDARY_PROXY:=proxy2.demo.example}"
[ -n "${DIALTREE_CLOUD_PBX_URL:-}" ] || DIALTREE_CLOUD_PBX_URL='https://pbx.demo.example/{id}'
export DIALTREE_SIP_REALM DIALTREE_SIP_REGISTRAR DIALTREE_SIP_PRIMARY_PROXY
export DIALTREE_SIP_SECONDARY_PROXY DIALTREE_CLOUD_PBX_URL
