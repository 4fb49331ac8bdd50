import time
from tests.world import build
from tests.server import Server
async def test_one(server):
    t=time.time()
    w = await build(server)
    print("build", time.time()-t)
    await w.split("030 23125-3")
    print(await w.api("{ numberRanges { totalCount nodes { display freeCount children { display } } } }"))
    for body in (b"5", b"null", b'"x"', b"[5]", b"[]", b"{", b'{"query":5}', b'\xff', b'{"query":"{viewer{id}}","variables":{"a":1}}', b'{"query":""}', b'{}'):
        r = await server.http.post("/graphql", content=body, headers={"content-type":"application/json"})
        print(body, r.status_code, r.text[:200])
    print(await w.api.post("query($d: Date){ changeNumbersPreview(holderId:\"x\", executionDate:$d) { refusal {code} } }", {"d":"foo"}))
    print(await w.api.post("query{ changeNumbersPreview(holderId:\"x\", executionDate:\"foo\") { refusal {code} } }"))
    print(await w.api.post("query{ numberRanges(first: 99999999999) { totalCount } }"))
    print(await w.api.post("query{ numberRange { totalCount } }"))
    print(await w.api.post("query{ orders(status: []) { totalCount } }"))
    print(await w.api.post("query{ numberRanges(after: \"WyI0OSIsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ==\") { totalCount } }"))
    import base64
    print(await w.api.post("query($a:String){ numberRanges(after: $a) { nodes {id} } }", {"a":base64.urlsafe_b64encode(b'["49",18446744073709551615]').decode()}))
    print(await w.api.post("query($a:String){ numberRanges(after: $a) { nodes {id} } }", {"a":base64.urlsafe_b64encode(b'["4\\u00009",1]').decode()}))
    print(await w.api.post("query($a:String){ sipTrunks(name: $a) { nodes {id} } }", {"a":"\0"}))
    print(await w.api.post("query($a:String){ numberRanges(site: $a) { nodes {id} } }", {"a":"\0"}))
    print(await w.api.post("query($a:String){ numberRanges(number: $a) { nodes {id} reading {display kind refusal {message}}} }", {"a":"\0"}))
    print(await w.api.act("splitRange", "", rangeId=await w.id("030 23125-4"), idempotencyKey="a\0b"))
    print(await w.api.act("login", "", email="a\0b", password="x\0"))
    print(await w.api.post("subscription { ordersUpdated { id } }"))
    r = await server.http.get("/graphql", params={"query":"subscription { inventoryChanged { everything } }"}, headers={"Accept":"text/event-stream", "Authorization": "Bearer "+w.api.token}, timeout=3)
    print(r.status_code, r.text, r.headers)
