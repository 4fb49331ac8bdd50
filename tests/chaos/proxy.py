"""A way to the database that can be cut, as a network is: nothing arrives any more, and nobody is
told."""

import asyncio
from contextlib import suppress

CHUNK = 65_536


class Proxy:
    """Listens on `port` and passes everything on to `target`, both on this machine."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.drop()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def cut(self) -> None:
        """From now on nothing passes in either direction; connections stay as they are, and new
        ones are taken and left alone."""
        self._flowing.clear()

    def heal(self) -> None:
        """What was held back arrives now."""
        self._flowing.set()

    def strand(self) -> None:
        """As `cut`, for ever, but only what is connected now: new connections get through."""
        self._flowing.clear()
        self._flowing = asyncio.Event()
        self._flowing.set()

    def drop(self) -> None:
        """Ends all connections, and whatever was held back in them is lost."""
        for task in self._tasks:
            task.cancel()
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        upstream: asyncio.StreamWriter | None = None
        flowing = self._flowing
        try:
            await flowing.wait()
            answers, upstream = await asyncio.open_connection("127.0.0.1", self._target)
            pumps = [
                asyncio.create_task(self._pump(reader, upstream, flowing)),
                asyncio.create_task(self._pump(answers, writer, flowing)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                # Whoever hangs up is cut off like anybody else: the other side does not learn it.
                await flowing.wait()
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.wait(pumps)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (upstream, writer):
                if end is not None:
                    end.transport.abort()
            self._tasks.discard(task)

    @staticmethod
    async def _pump(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await flowing.wait()
                writer.write(data)
                await writer.drain()
