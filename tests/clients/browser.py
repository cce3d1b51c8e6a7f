"""A page of the product in a real browser, whose console tests type into."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients.pages import examples
from tests.clients.programs import PATIENCE
from tests.web.node_packages import installed

LIVE = Path(__file__).parent / "live"


def browser_path() -> str:
    """Give where the browser is; skip the test where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs chromium")
    return found


class Page:
    """The console of a page on `http://localhost`, with the documented script for passkeys and a virtual authenticator."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take the process that types."""
        self._process = process

    async def run(self, expression: str) -> Any:
        """Give the value of a script."""
        return await self._told(run=expression)

    async def query(self, document: str) -> Any:
        """Give the data of a query, sent with the cookies of the page."""
        return await self.run(f"await ask({json.dumps(document)})")

    async def mutate(self, name: str, given: Mapping[str, Any], payload: str, *, session: bool = False) -> Any:
        """Give the payload of a mutation; `session` where it is about the session, which is in cookies."""
        document = f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {payload} }} }}"
        about = ", SESSION" if session else ""
        return (await self.run(f"await ask({json.dumps(document)}, {json.dumps(given)}{about})"))[name]

    async def viewer(self) -> str | None:
        """Give the username of who is signed in."""
        viewer = (await self.query("{ viewer { username } }"))["viewer"]
        return None if viewer is None else str(viewer["username"])

    async def log_out(self) -> None:
        """Sign out."""
        await self.mutate("logOut", {}, "endedSessionId", session=True)

    async def set_verified(self, *, verified: bool) -> None:
        """Let the authenticator know its owner, or not."""
        await self._told(verified=verified)

    async def credentials(self) -> list[dict[str, Any]]:
        """Give what the authenticator holds."""
        return list(await self._told(credentials=True))

    async def _told(self, **asked: Any) -> Any:
        reading, writing = self._process.stdout, self._process.stdin
        assert reading is not None and writing is not None
        writing.write(json.dumps(asked).encode() + b"\n")
        line = await asyncio.wait_for(reading.readline(), PATIENCE)
        assert line, "the browser has ended"
        told = json.loads(line)
        assert "error" not in told, told["error"]
        return told.get("value")


@asynccontextmanager
async def page_of(address: str, folder: Path) -> AsyncIterator[Page]:
    """Open the explorer of a server at `host:port`, with a profile in a folder, until the block ends."""
    url = f"http://localhost:{address.rpartition(':')[2]}/graphql"
    process = await asyncio.create_subprocess_exec(
        "node",
        *map(str, (installed(LIVE) / "console.mjs", url, browser_path(), folder / "profile")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        page = Page(process)
        await page.run(examples("docs/api.md")["passkeys.js"].replace("export ", ""))
        yield page
    finally:
        assert process.stdin is not None
        process.stdin.close()  # which closes the browser
        await asyncio.wait_for(process.wait(), PATIENCE)
