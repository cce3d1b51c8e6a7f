"""Takes mail by SMTP and keeps it as files. `python -m stack.mail_sink_program FOLDER PORT`."""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from stack.ports import LOOPBACK

MOST = 200
"""Most mails that are retained; the oldest goes for a new one."""


class Keeper:
    """Writes each mail into a file. The names count the mails, so their order is that in which they came."""

    def __init__(self, folder: Path) -> None:
        """Keep mails in this folder, after those that are there."""
        self._folder = folder
        self._numbers = count(1 + max((int(path.stem) for path in folder.glob("*.eml")), default=0))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - what aiosmtpd calls
        """Keep a mail."""
        content = envelope.content
        await asyncio.to_thread(self._keep, content if isinstance(content, bytes) else str(content).encode())
        return "250 OK"

    def _keep(self, content: bytes) -> None:
        draft = self._folder / f"{next(self._numbers):012}.draft"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.rename(draft.with_suffix(".eml"))
        for old in sorted(self._folder.glob("*.eml"))[:-MOST]:
            old.unlink(missing_ok=True)


async def serve(folder: Path, port: int) -> None:
    """Take mail until the process is ended."""
    loop = asyncio.get_running_loop()
    keeper = Keeper(folder)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost", loop=loop), LOOPBACK, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
