"""The README's examples and the Python of docs/api.md, run against the product as a reader would run them."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.clients.pages import examples, write_examples
from tests.clients.product import Product
from tests.clients.programs import program
from tests.web.node_packages import installed

LIVE = Path(__file__).parent / "live"


async def test_the_python_example_walks_down_the_home_timeline(product: Product, tmp_path: Path) -> None:
    write_examples("docs/api.md", tmp_path, address=product.address)
    async with program(sys.executable, "home.py", folder=tmp_path) as walking:
        lines = await walking.ended()
    assert len([line for line in lines if line.startswith("@")]) > 50  # more than a page


async def test_the_python_example_misses_nothing_while_the_server_is_away(product: Product, tmp_path: Path) -> None:
    write_examples("docs/api.md", tmp_path, address=product.address)
    async with program(sys.executable, "-u", "live.py", folder=tmp_path) as following:
        await product.write_until_seen(following)
        await product.stop(product.address)
        await product.write_post("while it was away", product.other)
        await product.serve(product.address)
        await following.until("while it was away")


async def test_the_first_subscription_from_python(product: Product, tmp_path: Path) -> None:
    write_examples("README.md", tmp_path, address=product.address)
    async with program(sys.executable, "-u", "follow.py", folder=tmp_path) as following:
        assert (await product.write_until_seen(following)).startswith("@mira: ")


async def test_the_first_subscription_from_a_browser(product: Product, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs chromium")
    packages = installed(LIVE)
    (tmp_path / "paste.js").write_text(examples("README.md")["paste.js"], "utf-8")
    script, url = packages / "browser.mjs", f"http://{product.address}/graphql"
    async with program("node", script, url, browser, tmp_path / "profile", "paste.js", folder=tmp_path) as page:
        await page.until("pasted: ")
        assert '"username":"mira"' in await product.write_until_seen(page)
