"""A slice for tests of fleets: ``manage.py`` with nothing behind it that fails as it is told.

Copied to where a fleet looks for ``manage.py``. ``FAKE`` is ``<services>=<behaviour>``, by
semicolon; a behaviour is ``dies``, ``unready``, or the status that it answers everything with.
"""

import asyncio
import json
import os
import sys

SERVICES = os.environ.get("OMNIFY_SERVICES", "")
BEHAVIOUR = dict(item.split("=") for item in os.environ.get("FAKE", "").split(";") if item).get(
    SERVICES, "200"
)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request after the other."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        path = head.split(b" ", 2)[1].decode()
        body = {"status": "ok", "version": "0", "services": SERVICES.split(","), "checks": {}}
        status = int(BEHAVIOUR) if BEHAVIOUR.isdigit() else 200
        if path.startswith("/health"):
            status = 503 if BEHAVIOUR == "unready" else 200
            body["status"] = "failed" if status != 200 else "ok"
            body["checks"] = {"database": {"status": body["status"], "reason": "it is full"}}
        text = json.dumps(body).encode()
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)
        await writer.drain()


async def serve() -> None:
    """Listen where a server of a fleet does."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    await asyncio.start_unix_server(handle, os.environ["BIND_SOCKET"])
    server = await asyncio.start_server(handle, "127.0.0.1", int(os.environ["PORT"]))
    await server.serve_forever()


if __name__ == "__main__":
    if BEHAVIOUR == "dies":
        sys.exit("no space left on device")
    asyncio.run(serve())
