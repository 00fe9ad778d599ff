"""
Residents whose page of notices is open: so many connections, each with the live page of one of them.

Arguments: the port, how many, the file for what they hear: a line for each notice, who heard it, its name on her page
and when its bytes were there (ns). A turn is told when all are open.
"""

import asyncio
import re
import sys
import time
from asyncio import StreamReader, StreamWriter
from typing import TextIO

from bench import residents
from bench.contenders.telling import tell
from gateway.sessions import COOKIE

AT_ONCE = 20
NOTICE = re.compile(rb'id="n([0-9a-f]{32})"')
ASKED = "GET /my/notices/live HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}={token}\r\n\r\n"


async def main(port: int, count: int, heard: TextIO) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    opened = await asyncio.gather(*(_open(gate, port, number) for number in range(count)))
    tell()
    await asyncio.gather(*(_listen(reader, number, heard) for number, (reader, _) in enumerate(opened)))


async def _open(gate: asyncio.Semaphore, port: int, number: int) -> tuple[StreamReader, StreamWriter]:
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked = ASKED.format(port=port, cookie=COOKIE, token=residents.token(number))
        writer.write(asked.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head.partition(b"\r\n")[0])
        return reader, writer


async def _listen(reader: StreamReader, number: int, heard: TextIO) -> None:
    while line := await reader.readline():
        if found := NOTICE.search(line):
            print(number, found[1].decode(), time.time_ns(), file=heard)
    raise ConnectionError("a page is over though nobody has ended it")


if __name__ == "__main__":
    with open(sys.argv[3], "w", buffering=1, encoding="utf-8") as file:  # noqa: PTH123 - as it is heard
        asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), file))
