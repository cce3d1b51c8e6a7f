"""What the documentation shows for a page logs somebody in by a provider, in a real browser."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.providers.provider import SERVER, who
from tests.web.node_packages import installed

ANA = who("page-1", preferred_username="ana_of_the_page", email="page@example.org", email_verified=True)


async def test_a_page_logs_somebody_in_by_what_is_documented(product, provider, frontend, tmp_path: Path):
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs chromium")
    frontend.api = product.served.url
    process = await asyncio.create_subprocess_exec(
        "node",
        *map(str, (installed(SERVER) / "page.mjs", frontend.origin, browser, tmp_path / "profile", ANA)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 0, (out + errors).decode()
    assert json.loads(out) == {
        "error": None,
        "left": "/signed-in",
        "readable": f"who={ANA}",
        "session": {"accessToken": None},
        "viewer": {"username": "ana_of_the_page"},
    }
    assert "/token" in provider.asked
