"""The explorer runs a query and a subscription in a real browser, with nothing from elsewhere."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.web.conftest import Serve
from tests.web.node_packages import installed
from web.explorer import BUILT

HERE = Path(__file__).parent


async def test_the_explorer_works_offline(serve: Serve, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs chromium")
    folder = installed(HERE)
    served = await serve()
    process = await asyncio.create_subprocess_exec(
        "node",
        *map(str, (folder / "look.mjs", served.url, browser, tmp_path / "profile", tmp_path / "screen.png")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, (out + errors).decode()
    seen = json.loads(out)
    assert seen == {
        "default": True,
        "viewer": True,
        "subscription": True,
        "docs": True,
        "problems": [],
        "elsewhere": [],
    }
    assert (tmp_path / "screen.png").stat().st_size > 0


def test_the_built_explorer_is_small_and_carries_its_licences() -> None:
    size = sum(path.stat().st_size for path in BUILT.iterdir())
    assert size < 3_000_000
    licences = (BUILT / "LICENSES.txt").read_text()
    assert "graphiql 4" in licences
    assert "MIT" in licences
    page = (BUILT / "index.html").read_text()
    assert "https://" not in page
