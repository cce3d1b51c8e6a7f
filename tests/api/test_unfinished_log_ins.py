"""A right password that stops at the second factor: the owner sees it, since somebody knows the password."""

from clock import in_milliseconds, now_ms
from services.accounts.unfinished_log_ins import CERTAIN_AFTER, CERTAIN_UNTIL
from services.factors.challenges import LIFE
from tests.api.factors import begun, completed, with_app
from tests.api.test_sign_ins import away_for

HISTORY = "{ signIns { edges { node { method failed unfinished count network deviceName isNew } } } }"
NETWORK = "127.0.0.0/24"
ROW = {"method": "PASSWORD", "failed": True, "count": 1, "network": NETWORK, "deviceName": "", "isNew": False}


async def failed_ones(product, viewer):
    """Return what failed, once it is written."""
    await product.served.parts.accounts.log_in.failed.write()
    rows = [edge["node"] for edge in (await product.run(HISTORY, viewer))["signIns"]["edges"]]
    assert not any(row["unfinished"] for row in rows if not row["failed"])
    return sorted((row for row in rows if row["failed"]), key=lambda row: row["unfinished"])


async def test_what_stopped_at_the_second_factor_is_seen_and_not_what_was_completed(product):
    mira = await product.sign_up("mira")
    app, unfinished = await with_app(product, mira), product.served.parts.accounts.log_in.unfinished
    assert not (await completed(product, (await begun(product))["challenge"], code=await app.code(product))).errors
    await completed(product, (await begun(product))["challenge"], code="000000")
    await begun(product)
    await unfinished.write(now_ms() + in_milliseconds(LIFE))
    wrong_code = {**ROW, "unfinished": False}
    assert await failed_ones(product, mira) == [wrong_code]
    await unfinished.write(now_ms() + in_milliseconds(CERTAIN_AFTER))
    assert await failed_ones(product, mira) == [wrong_code, {**ROW, "unfinished": True, "count": 2}]
    await completed(product, (await begun(product))["challenge"], code="000000")
    await unfinished.write(now_ms() + in_milliseconds(CERTAIN_AFTER))
    assert [row["count"] for row in await failed_ones(product, mira)] == [2, 3]


async def test_it_waits_for_a_graph_that_is_away_and_for_as_long_as_it_is_certain(product, monkeypatch):
    mira = await product.sign_up("mira")
    await with_app(product, mira)
    unfinished = product.served.parts.accounts.log_in.unfinished
    await begun(product)
    later = now_ms() + in_milliseconds(CERTAIN_AFTER)
    with monkeypatch.context() as patch:
        away_for(patch, "sign_ins/note_unfinished")
        await unfinished.write(later)
    await unfinished.write(later)
    assert [row["unfinished"] for row in await failed_ones(product, mira)] == [True]
    await begun(product)
    await unfinished.write(now_ms() + in_milliseconds(CERTAIN_UNTIL) + 1)
    await unfinished.write(later + in_milliseconds(CERTAIN_AFTER))
    assert [row["count"] for row in await failed_ones(product, mira)] == [1]


def test_it_is_certain_after_the_challenge_and_while_the_account_knows_what_was_completed():
    assert LIFE < CERTAIN_AFTER < CERTAIN_UNTIL < 2 * LIFE
