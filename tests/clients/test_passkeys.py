"""The documented script for passkeys works in a real browser, with a virtual authenticator, on `http://localhost`."""

from pathlib import Path

from tests.clients.browser import page_of
from tests.clients.product import Product

OWNER, PASSPHRASE = "passkey_owner", "a long enough passphrase"
REFUSED = "await logInWithPasskey().then(() => null, (problem) => problem.name ?? problem.code)"
WITHOUT_CODE = f'await logIn("{OWNER}", "{PASSPHRASE}", () => {{ throw new Error("the passkey is enough"); }})'


async def test_a_browser_adds_a_passkey_and_signs_in_by_it_alone_and_beside_a_password(product: Product, tmp_path: Path) -> None:
    account = {"username": OWNER, "email": "passkey@example.org", "password": PASSPHRASE}
    async with page_of(product.address, tmp_path) as page:
        await page.mutate("signUp", account, "session { expiresAt }", session=True)
        assert len(await page.run('await addPasskey("Virtual")')) == 10
        await page.log_out()
        assert await page.viewer() is None
        for signs_in in ("await logInWithPasskey()", WITHOUT_CODE):
            await page.run(signs_in)
            assert await page.viewer() == OWNER
            await page.log_out()
        assert [each["isResidentCredential"] for each in await page.credentials()] == [True]
        await page.set_verified(verified=False)
        assert await page.run(REFUSED) == "NotAllowedError"
