"""Those who watch: of all orders of a company, and of one order to its end."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.chaos.journal import Follower, Journal, Subscriber
from tests.chaos.world import Company, named, order_id
from tests.sockets import PROTOCOL

Json = dict[str, Any]

PAUSE = 0.1
OPENING_SECONDS = 10.0
CATCHING_UP = (0, 1, 2)
"""Pauses, in seconds, before each of the times that the list is loaded."""
LATE = 50
"""An order may be committed after some whose ids are higher, but not after so many: more are not
asked for at the same time."""
ALL = "subscription { ordersUpdated { id status } }"
ONE = "subscription One($id: ID!) { orderUpdated(id: $id) { id status } }"
NEWEST = (
    "query Newest($after: String) { orders(first: 100, after: $after) "
    "{ nodes { id status } pageInfo { endCursor hasNextPage } } }"
)
EXECUTED = ("SUCCEEDED", "FAILED")
FINISHED = (*EXECUTED, "CANCELLED")
GONE = (OSError, WebSocketException, TimeoutError, EOFError)


class Refusing(EOFError):
    """The server ended the subscription; it may be asked again."""


@asynccontextmanager
async def events(
    url: str, token: str, document: str, **variables: object
) -> AsyncIterator[AsyncIterator[Json]]:
    """The values of a subscription's only field. Raises one of GONE."""
    async with connect(
        url.replace("http://", "ws://") + "/graphql",
        subprotocols=[PROTOCOL],  # type: ignore[list-item]
        proxy=None,
        compression=None,
        open_timeout=OPENING_SECONDS,
        close_timeout=1,
    ) as socket:
        await _send(socket, type="connection_init", payload={"authorization": f"Bearer {token}"})
        async with asyncio.timeout(OPENING_SECONDS):
            acknowledged = orjson.loads(await socket.recv())
        if acknowledged["type"] != "connection_ack":
            raise Refusing(acknowledged)
        payload = {"query": document, "variables": variables}
        await _send(socket, type="subscribe", id="1", payload=payload)
        yield _values(socket)


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(orjson.dumps(message).decode())


async def _values(socket: ClientConnection) -> AsyncIterator[Json]:
    async for text in socket:
        message = orjson.loads(text)
        if message["type"] == "complete":
            return
        if message["type"] == "next":
            payload = message["payload"]
            if payload.get("errors"):
                raise Refusing(payload)
            [value] = payload["data"].values()
            yield value
        elif message["type"] == "error":
            raise Refusing(message)
    raise Refusing("the socket was closed")


class Watching:
    """All subscribers, who come back whenever their process is gone."""

    def __init__(self, journal: Journal, some_web: Callable[[], str], chance: random.Random):
        self._journal = journal
        self._some_web = some_web
        self._chance = chance
        self._tasks: set[asyncio.Task[None]] = set()
        self._of_company: dict[int, int] = {}
        self.news = asyncio.Event()
        """Set whenever anybody was told something."""

    def start(self, company: Company, number: int) -> None:
        subscriber = Subscriber(f"{company.name} {number}", company.id)
        self._journal.subscribers.append(subscriber)
        self._run(self._watch(company, subscriber))

    def follow(self, company: Company, global_id: str, most: int, share: float) -> None:
        """Some orders are followed one by one, at most so many of a company at once."""
        if self._chance.random() >= share or self._of_company.get(company.id, 0) >= most:
            return
        [_, id_] = named(global_id)
        follower = Follower(id_)
        self._journal.followers.append(follower)
        self._run(self._follow(company, follower))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _run(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, company: Company, subscriber: Subscriber) -> None:
        while True:
            try:
                async with events(self._some_web(), company.token, ALL) as seen:
                    catching_up = asyncio.create_task(self._catch_up(company, subscriber))
                    subscriber.connections += 1
                    try:
                        async for order in seen:
                            self._heard(subscriber, order)
                            subscriber.events += 1
                    finally:
                        if catching_up.done():
                            subscriber.known_to = max(subscriber.last, default=0)
                        catching_up.cancel()
                        await asyncio.wait([catching_up])
            except GONE:
                pass
            await asyncio.sleep(PAUSE)

    def _heard(self, subscriber: Subscriber, order: Json) -> None:
        [_, id_] = named(order["id"])
        subscriber.last[id_] = order["status"]
        if order["status"] in EXECUTED:
            self._journal.executed.add(id_)
        self.news.set()

    async def _catch_up(self, company: Company, subscriber: Subscriber) -> None:
        """Loads the list, as a page does, for what has ended meanwhile; more than once, because
        nobody tells when the new stream has begun."""
        for seconds in CATCHING_UP:
            await asyncio.sleep(seconds)
            await self._load_news(company, subscriber)

    async def _load_news(self, company: Company, subscriber: Subscriber) -> None:
        open_ = {id_ for id_, status in subscriber.last.items() if status not in FINISHED}
        since = subscriber.known_to - LATE
        async with httpx.AsyncClient(
            headers={"Authorization": f"Bearer {company.token}"}, trust_env=False, timeout=20
        ) as http:
            after: str | None = None
            while True:
                page = (await self._ask(http, NEWEST, after=after))["orders"]
                for order in page["nodes"]:
                    [_, id_] = named(order["id"])
                    is_news = id_ > since or id_ in open_
                    if is_news and order["status"] in FINISHED:
                        # What is open comes by the stream, which may be further already.
                        subscriber.caught_up += subscriber.last.get(id_) != order["status"]
                        self._heard(subscriber, order)
                    open_.discard(id_)
                oldest = min((named(o["id"])[1] for o in page["nodes"]), default=0)
                if (oldest <= since and not open_) or not page["pageInfo"]["hasNextPage"]:
                    return
                after = page["pageInfo"]["endCursor"]

    async def _ask(self, http: httpx.AsyncClient, document: str, **variables: object) -> Json:
        while True:
            try:
                response = await http.post(
                    self._some_web() + "/graphql", json={"query": document, "variables": variables}
                )
                answer = response.json()
                if not answer.get("errors"):
                    data: Json = answer["data"]
                    return data
            except (httpx.HTTPError, ValueError):
                pass
            await asyncio.sleep(PAUSE)

    async def _follow(self, company: Company, follower: Follower) -> None:
        self._of_company[company.id] = self._of_company.get(company.id, 0) + 1
        id_ = order_id(follower.order_id)
        try:
            while not follower.completed:
                try:
                    async with events(self._some_web(), company.token, ONE, id=id_) as seen:
                        follower.connections += 1
                        async for order in seen:
                            follower.last = order["status"]
                            self.news.set()
                        follower.completed = True
                except GONE:
                    await asyncio.sleep(PAUSE)
        finally:
            self._of_company[company.id] -= 1
            self.news.set()
