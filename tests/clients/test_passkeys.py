"""The documented script for passkeys works in a real browser, with a virtual authenticator, on `http://localhost`."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.clients.pages import write_examples
from tests.web.node_packages import installed

LIVE = Path(__file__).parent / "live"


async def test_a_browser_adds_a_passkey_and_signs_in_by_it_alone_and_beside_a_password(product, tmp_path):
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs chromium")
    write_examples("docs/api.md", tmp_path)
    url = f"http://localhost:{product.address.rpartition(':')[2]}/graphql"
    process = await asyncio.create_subprocess_exec(
        "node",
        *map(str, (installed(LIVE) / "passkeys.mjs", url, browser, tmp_path / "profile", tmp_path / "passkeys.js")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, (out + errors).decode()
    seen = json.loads(out)
    owner = "passkey_owner"
    assert seen == {
        "codes": 10, "left": None, "alone": owner, "second": owner, "resident": [True], "unverified": "NotAllowedError",
    }
