"""Splits a range and asks until it is done, with the standard library alone.

Usage: DIALTREE_TOKEN=… python http_client.py http://localhost:8000 "030 23125-3"
"""
# ruff: noqa: T201

import json
import os
import sys
import time
import urllib.request

FIND = """query($number: String!) { lookup(number: $number) { range { id display } } }"""
SPLIT = """mutation($range: ID!) { splitRange(input: {rangeId: $range}) {
    __typename
    ... on OrderAccepted { order { id reference } }
    ... on Refusal { code message }
} }"""
ORDER = """query($id: ID!) { node(id: $id) { ... on Order {
    status refusal { message } ranges { display children { display } }
} } }"""
FINISHED = ("SUCCEEDED", "FAILED", "CANCELLED")


def ask(url: str, token: str, document: str, **variables: str) -> dict:
    request = urllib.request.Request(  # noqa: S310 - the address is the caller's
        f"{url}/graphql",
        data=json.dumps({"query": document, "variables": variables}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        answer = json.load(response)
    if answer.get("errors"):
        sys.exit(answer["errors"][0]["message"])
    return answer["data"]


def main(url: str, number: str) -> None:
    token = os.environ["DIALTREE_TOKEN"]
    range_ = ask(url, token, FIND, number=number)["lookup"]["range"]
    answer = ask(url, token, SPLIT, range=range_["id"])["splitRange"]
    if answer["__typename"] != "OrderAccepted":
        sys.exit(f"{answer['code']}: {answer['message']}")
    order = answer["order"]
    print(f"{order['reference']} accepted")
    pause = 0.05
    while (state := ask(url, token, ORDER, id=order["id"])["node"])["status"] not in FINISHED:
        time.sleep(pause)
        pause = min(pause * 2, 5)
    print(f"{order['reference']} {state['status']}")
    for child in state["ranges"][0]["children"]:
        print(child["display"])


if __name__ == "__main__":
    main(*sys.argv[1:])
