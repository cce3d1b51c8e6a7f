"""Whose refresh token was used twice is told by mail, once, and what cannot be written ends the session all the same."""

from structlog.testing import capture_logs

from errors import Unavailable
from services.events.command_writer import CommandWriter
from tests.api.test_sessions import ENDED, REFRESH, extensions, refreshed, signed_in
from tests.mail.mailing import plain_of

MIRA = "mira@example.org"


async def stolen(mailing):
    """Let somebody go on with a token of which a thief has a copy, and return the copy."""
    await mailing.product.sign_up("mira")
    await mailing.delivered()
    first = await signed_in(mailing.product)
    await refreshed(mailing.product, await refreshed(mailing.product, first))
    return first.refresh


async def test_whose_refresh_token_was_used_twice_is_told_once(mailing):
    token = await stolen(mailing)
    for _ in range(2):
        assert await extensions(mailing.product, REFRESH, input={"refreshToken": token}) == ENDED
    await mailing.settle()
    (mail,) = await mailing.send()
    assert (mail["To"], mail["Subject"]) == (MIRA, "Somebody else may have been signed in as you")
    assert "@mira" in plain_of(mail)


async def test_while_the_graph_is_away_the_session_ends_and_the_log_says_that_nobody_was_told(mailing, monkeypatch):
    token = await stolen(mailing)

    async def away(*_, **__):
        raise Unavailable

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(CommandWriter, "write", away)
        assert await extensions(mailing.product, REFRESH, input={"refreshToken": token}) == ENDED
    assert {"refresh_token_reused", "theft_not_told"} <= {each["event"] for each in logs if each["log_level"] == "warning"}
    assert await mailing.delivered() == {}
