"""Second factors while the secret that signs challenges is rotated: each step is two servers beside each other."""

from dataclasses import replace
from itertools import pairwise

import pytest

from graph.rows.factors import FactorMethod
from services.factors.challenges import Challenges
from services.factors.proving import GivenFactor
from tests.api.factors import device_of, with_app, with_passkey

OLD, NEW = "the secret of before, of 32 bytes", "the secret from now on, 32 bytes"
SETTINGS = [OLD, f"{OLD},{NEW}", f"{NEW},{OLD}", NEW]
STEPS = [pair for a, b in pairwise(SETTINGS) for pair in ((a, b), (b, a))]
ADDRESS = "192.0.2.1"


def server(product, secrets):
    """Return the parts of a server that prove factors and has these secrets."""
    accounts = product.served.parts.accounts
    proving = replace(accounts.second_step.proving, challenges=Challenges(secrets))
    return (
        replace(accounts.second_step, proving=proving),
        replace(accounts.passkey_log_in, proving=proving),
        replace(accounts.passkeys, proving=proving),
        replace(accounts.reauthentication, proving=proving),
    )


async def test_what_one_server_begins_another_completes_in_every_step_of_a_rotation(product):
    mira = await product.sign_up("mira")
    device, app = await with_passkey(product, mira, counts=False), await with_app(product, mira)
    stored = await product.cypher("MATCH (a:Account {userId: $id}) RETURN a.passwordHash", id=mira.own_id)
    for begins, completes in STEPS:
        (step, *_), (other, *_) = server(product, begins), server(product, completes)
        for code in (await app.code(product), None):
            needed = await step.needed(mira.own_id, stored, "Laptop")
            passkey = None if code else device.asserted(needed.passkey_options)
            await other.complete(needed.challenge, GivenFactor(code=code, passkey=passkey), ADDRESS)


@pytest.mark.parametrize(("begins", "completes"), STEPS[2:4])
async def test_passkeys_are_made_and_sign_in_across_two_servers_of_a_rotation(product, begins, completes):
    mira = await product.sign_up("mira")
    viewer = product.served.parts.accounts.tokens.verify(mira.token)
    device = device_of(product, counts=False)
    (_, log_in, passkeys, once_more), (_, other_log_in, other_passkeys, other_once_more) = (
        server(product, begins), server(product, completes),
    )
    await other_passkeys.finish(viewer, device.created((await passkeys.begin(viewer)).options), "Laptop")
    await other_log_in.run(device.asserted(log_in.begin().options), ADDRESS, "Laptop")
    asked = await once_more.options(viewer)
    assert FactorMethod.PASSKEY in asked.methods
    await other_once_more.run(viewer, None, GivenFactor(passkey=device.asserted(asked.passkey_options)), ADDRESS)


async def test_a_password_that_was_changed_voids_a_challenge_by_whichever_secret(product):
    challenges = Challenges(f"{NEW},{OLD}")
    for secrets in SETTINGS:
        bound_to = Challenges(secrets).digest("hash")
        assert challenges.is_digest(bound_to, "hash") and not challenges.is_digest(bound_to, "another hash")
    assert not Challenges(NEW).is_digest(Challenges(OLD).digest("hash"), "hash")
