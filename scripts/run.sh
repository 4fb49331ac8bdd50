#!/bin/sh
# Serves the product with demo data. What PBXs are told is made up unless it is set.
set -eu
cd "$(dirname "$0")/.."
: "${DIALTREE_SIP_REALM:=sip.demo.example}"
: "${DIALTREE_SIP_REGISTRAR:=sip.demo.example}"
: "${DIALTREE_SIP_PRIMARY_PROXY:=proxy1.demo.example}"
: "${DIALTREE_SIP_SECONDARY_PROXY:=proxy2.demo.example}"
[ -n "${DIALTREE_CLOUD_PBX_URL:-}" ] || DIALTREE_CLOUD_PBX_URL='https://pbx.demo.example/{id}'
export DIALTREE_SIP_REALM DIALTREE_SIP_REGISTRAR DIALTREE_SIP_PRIMARY_PROXY
export DIALTREE_SIP_SECONDARY_PROXY DIALTREE_CLOUD_PBX_URL

.venv/bin/dialtree migrate
.venv/bin/dialtree demo load
exec .venv/bin/dialtree serve
