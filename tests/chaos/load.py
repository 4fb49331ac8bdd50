"""Clients who order all kinds of things, and ask again until they are answered."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx

from dialtree import clock
from tests.chaos.journal import Asked, Journal, Told
from tests.chaos.world import Company, named

Json = dict[str, Any]

ANSWER_SECONDS = 30.0
LAST_ANSWER_SECONDS = 2 * ANSWER_SECONDS
PAUSE_AFTER_A_FAULT = 0.1
PASSING = ("TRY_AGAIN",)
MASKED = "INTERNAL_ERROR"
MASKED_IN_A_ROW = 3
"""So many bugs one after the other do not pass by themselves."""
NEVER = ("InvalidInput", "NotAllowed")
"""What these clients give no cause for: told so, they do not try what they should."""
TRIED_IN_VAIN = 0.1
"""How often they try what they know to be refused: most of what they ask for shall happen."""

ROOTS = "{ numberRanges(first: 50) { nodes { id } } }"
BENEATH = """
query Beneath($id: ID!) { node(id: $id) { ... on NumberRange {
    children { id state openDigits openOrder { id } holder { id } merge { allowed } }
} } }
"""
RECENT = """
{
    planned: orders(status: [PLANNED, QUEUED], first: 20) { nodes { id kind status } }
    done: orders(status: [SUCCEEDED], first: 10) { nodes { id undo { allowed } } }
    sipTrunks(first: 50) { nodes { id name delete { allowed } } }
}
"""
ACT = """
mutation Act($input: %sInput!) { %s(input: $input) {
    __typename
    ... on OrderAccepted { order { id } }
    ... on Refusal { code }
} }
"""


class Unanswered(Exception):
    """Asking again is of no use: the client and the product do not understand each other, or a
    fault lasts."""


async def answered(
    clients: Sequence[asyncio.Task[None]], journal: Journal, seconds: float = LAST_ANSWER_SECONDS
) -> None:
    """Returns when all are, now that everything runs; whoever still waits then meets a fault that
    lasts."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*clients)
    except TimeoutError:
        waiting = sum(asked.told == Told.NOTHING for asked in journal.asked.values())
        journal.faults.append(
            f"{waiting} requests had no answer {seconds:g} s after everything was running again"
        )


class _Stopped(Exception):
    """Nobody needs the answer any more."""


class Client:
    """Acts for one company until `stopping`."""

    def __init__(
        self,
        company: Company,
        journal: Journal,
        some_web: Callable[[], str],
        chance: random.Random,
        accepted: Callable[[Company, str], None],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._company = company
        self._journal = journal
        self._some_web = some_web
        self._chance = chance
        self._accepted = accepted
        self._transport = transport
        self._roots: list[str] = []

    async def run(self, stopping: asyncio.Event, pause: float) -> None:
        """What was ordered is asked for until it is answered. Raises Unanswered."""
        self._stopping = stopping
        headers = {"Authorization": f"Bearer {self._company.token}"}
        limits = httpx.Limits(max_keepalive_connections=4)
        async with httpx.AsyncClient(
            headers=headers,
            trust_env=False,
            timeout=ANSWER_SECONDS,
            limits=limits,
            transport=self._transport,
        ) as http:
            self._http = http
            with suppress(_Stopped):
                found = await self._query(ROOTS)
                self._roots = [node["id"] for node in found["numberRanges"]["nodes"]]
                while not stopping.is_set():
                    await self._act()
                    seconds = pause * self._chance.uniform(0.5, 1.5)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stopping.wait(), seconds)

    async def _act(self) -> None:
        if self._chance.random() < 0.2:
            await self._revise()
        else:
            await self._change_numbers()

    async def _change_numbers(self) -> None:
        branch = await self._beneath(self._chance.choice(self._roots))
        split = [range_ for range_ in branch if range_["state"] == "SPLIT"]
        ranges = branch
        if split and self._chance.random() < 0.7:
            ranges = await self._beneath(self._one(split)["id"])
        free = [r for r in ranges if r["state"] == "FREE" and r["openOrder"] is None]
        held = [r for r in ranges if r["state"] == "ASSIGNED" and r["openOrder"] is None]
        kinds: list[Callable[[], Any]] = []
        if divisible := [r for r in free if r["openDigits"]]:
            kinds += [lambda: self._order("splitRange", rangeId=self._one(divisible)["id"])] * 3
        if mergeable := [r for r in split if self._tries(r["merge"])]:
            kinds += [lambda: self._order("mergeRange", rangeId=self._one(mergeable)["id"])] * 2
        if free:
            kinds += [lambda: self._assign(free)] * 3 + [lambda: self._create(free)]
        if held:
            kinds += [lambda: self._remove(held)] * 2
        if kinds:
            await self._one(kinds)()

    async def _beneath(self, id_: str) -> list[Json]:
        """Nothing where it has been merged away meanwhile."""
        answer = await self._query(BENEATH, id=id_)
        found: list[Json] = answer["node"]["children"] if answer["node"] else []
        return found

    def _one(self, among: list[Any]) -> Any:
        return self._chance.choice(among)

    def _tries(self, availability: Json | None) -> bool:
        allowed = availability is not None and availability["allowed"]
        return allowed or self._chance.random() < TRIED_IN_VAIN

    def _day(self, share: float) -> str | None:
        """Some day to come, with this probability; else null, which means now."""
        if self._chance.random() >= share:
            return None
        return str(clock.today() + timedelta(days=self._chance.randint(2, 9)))

    async def _assign(self, free: list[Json]) -> None:
        some = self._chance.sample(free, min(len(free), self._chance.randint(1, 3)))
        *trunks, pbx = self._company.holders
        if self._chance.random() < 0.2:
            await self._order("changeNumbers", holderId=pbx, add=[r["id"] for r in some])
            return
        await self._order(
            "changeNumbers",
            holderId=self._one(trunks),
            add=[r["id"] for r in some],
            executionDate=self._day(0.3),
        )

    async def _remove(self, held: list[Json]) -> None:
        holder = self._one(held)["holder"]["id"]
        of_holder = [r["id"] for r in held if r["holder"]["id"] == holder]
        day = self._day(0.2) if named(holder)[0] == "SipTrunk" else None
        await self._order("changeNumbers", holderId=holder, remove=of_holder[:4], executionDate=day)

    async def _create(self, free: list[Json]) -> None:
        some = self._chance.sample(free, min(len(free), 2))
        await self._order(
            "createSipTrunk",
            name=f"Neu {self._chance.getrandbits(40):x}",
            contact={"name": "Technik"},
            elements=[r["id"] for r in some],
            executionDate=self._day(0.6),
        )

    async def _revise(self) -> None:
        """Cancels, moves, undoes, or deletes a trunk that was made here."""
        recent = await self._query(RECENT)
        planned = recent["planned"]["nodes"]
        done = [order for order in recent["done"]["nodes"] if self._tries(order["undo"])]
        new = [
            trunk["id"]
            for trunk in recent["sipTrunks"]["nodes"]
            if trunk["name"].startswith("Neu ") and self._tries(trunk["delete"])
        ]
        kinds: list[Callable[[], Any]] = []
        if done:
            kinds += [lambda: self._order("undoOrder", orderId=self._one(done)["id"])]
        if planned:
            kinds += [lambda: self._revised("cancelOrder", orderId=self._one(planned)["id"])]
        if movable := [order for order in planned if order["status"] == "PLANNED"]:
            day = self._day(0.3) or str(clock.today())
            kinds += [
                lambda: self._revised(
                    "rescheduleOrder", orderId=self._one(movable)["id"], executionDate=day
                )
            ] * 2
        if new:
            kinds += [lambda: self._order("deleteSipTrunk", sipTrunkId=self._one(new))]
        if kinds:
            await self._one(kinds)()

    async def _order(self, mutation: str, **input_: object) -> None:
        """Asks under a new key until there is an answer, and notes it."""
        key = f"{mutation}-{self._chance.getrandbits(64):x}"
        asked = Asked(key, self._company.id, mutation)
        self._journal.asked[key] = asked
        keyed = {**input_, "idempotencyKey": key}
        self._note(asked, await self._mutate(mutation, keyed, asked))
        if asked.told == Told.ACCEPTED and self._chance.random() < 0.05:
            # Whoever is in doubt asks once more, and is given the same order.
            self._journal.figures["asked again without need"] += 1
            self._note(
                asked, await self._mutate(mutation, {**input_, "idempotencyKey": key}, asked)
            )

    def _note(self, asked: Asked, answer: Json) -> None:
        if order := answer.get("order"):
            [_, id_] = named(order["id"])
            asked.told = Told.ACCEPTED
            asked.order_ids.add(id_)
            self._journal.accepted_by_kind[asked.mutation] += 1
            self._accepted(self._company, order["id"])
        elif asked.told == Told.ACCEPTED:
            self._journal.faults.append(f"{asked.key} was accepted, then {answer}")
        else:
            asked.told = Told.REFUSED
            asked.code = str(answer.get("code", answer["__typename"]))
            self._journal.refusals[f"{asked.mutation} {asked.code}"] += 1

    async def _revised(self, mutation: str, **input_: object) -> None:
        answer = await self._mutate(mutation, input_)
        code = answer.get("code")
        self._journal.figures[f"{mutation} {'refused' if code else 'done'}"] += 1

    async def _mutate(self, mutation: str, input_: Json, asked: Asked | None = None) -> Json:
        type_name = mutation[0].upper() + mutation[1:]
        document = ACT % (type_name, mutation)
        while True:
            data = await self._query(document, asked, input=input_)
            answer: Json = data[mutation]
            if answer["__typename"] in NEVER:
                self._journal.faults.append(f"{mutation} was told {answer}, of {input_}")
            if answer.get("code") not in PASSING:
                return answer
            self._journal.figures["asked to try again"] += 1
            await asyncio.sleep(PAUSE_AFTER_A_FAULT)

    async def _query(self, document: str, asked: Asked | None = None, **variables: object) -> Json:
        """The data, from whichever web process answers at last. Raises Unanswered; _Stopped where
        it is not `asked` for an order."""
        figures = self._journal.figures
        masked = 0
        while True:
            if asked is not None:
                asked.sent += 1
            elif self._stopping.is_set():
                raise _Stopped
            try:
                response = await self._http.post(
                    self._some_web() + "/graphql",
                    json={"query": document, "variables": variables},
                )
                answer = response.json()
            except httpx.TimeoutException:
                figures["answers that did not come in time"] += 1
                if asked is not None:
                    asked.overdue = True
                continue
            except (httpx.HTTPError, ValueError):
                figures["answers lost"] += 1
                await asyncio.sleep(PAUSE_AFTER_A_FAULT)
                continue
            errors = answer.get("errors") or []
            if not errors:
                data: Json = answer["data"]
                return data
            codes = {error.get("extensions", {}).get("code") for error in errors}
            if not codes <= {*PASSING}:
                masked += 1
                self._journal.faults.append(f"{response.status_code}: {errors}")
                if not codes <= {*PASSING, MASKED} or masked == MASKED_IN_A_ROW:
                    raise Unanswered(f"{response.status_code}: {errors}, to {document} {variables}")
            else:
                masked = 0
            figures["asked to try again"] += 1
            await asyncio.sleep(PAUSE_AFTER_A_FAULT)
