"""Open pages' connections, which a test can cut as a network would."""

import asyncio
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

LIVE = "/my/notices/live"


@dataclass
class Wires:
    """``resumed``: what each connection said it had seen last; None: it was a first one."""

    app: ASGIApp
    resumed: list[str | None] = field(default_factory=list)
    _open: list[tuple[asyncio.AbstractEventLoop, "asyncio.Task[None]"]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != LIVE:
            await self.app(scope, receive, send)
            return
        self.resumed.append(Headers(scope=scope).get("last-event-id"))
        task = asyncio.create_task(_until_cut(self.app, scope, receive, send))
        self._open.append((asyncio.get_running_loop(), task))
        await asyncio.wait([task])

    def cut(self) -> None:
        """All of them, in the middle of what they carry."""
        for loop, task in self._open:
            loop.call_soon_threadsafe(task.cancel)
        self._open.clear()


async def _until_cut(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
