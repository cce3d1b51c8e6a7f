"""Every change of second factors is told by mail, and so are a used recovery code and a passkey that was copied."""

from dataclasses import replace

import pyotp

from graph.rows.factors import StoredFactors
from services.factors.sealed import FactorSeals
from services.key_rotation.rotation import KeyRotation
from tests.api.factors import (
    CONFIRM,
    ENROL,
    FACTORS,
    LOG_IN,
    REMOVE_PASSKEY,
    REMOVE_TOTP,
    RENEW,
    WITH_PASSKEY,
    App,
    begun,
    by_passkey,
    completed,
    passkey_options,
    signed_in,
    with_app,
    with_passkey,
)
from tests.api.test_totp import guess_all_day
from tests.mail.mailing import FORGOT, NEW_PASSWORD, RESET, VERIFY

NEW_DEVICE = "Somebody signed in to your account on a new device"
ANOTHER = "another seal secret of 32 bytes or more"


async def told(mailing):
    """Let the worker act and send, and return the subjects of what came, but for new devices."""
    await mailing.settle()
    subjects = [message["Subject"] for message in await mailing.send()]
    return [subject for subject in subjects if subject != NEW_DEVICE]


async def test_each_change_is_told(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    await told(mailing)
    secret = (await product.run(ENROL, mira))["enrolTotp"]["secret"]
    assert await told(mailing) == []
    made = await product.run(CONFIRM, mira, input={"code": pyotp.TOTP(secret).now()})
    app = App(secret, made["confirmTotp"]["recoveryCodes"])
    assert await told(mailing) == ["An authenticator app was added to your account"]
    back = signed_in(mira, await completed(product, (await begun(product))["challenge"], recoveryCode=app.recovery_codes[0]))
    assert await told(mailing) == ["One of your recovery codes was used"]
    await product.run(RENEW, back)
    assert await told(mailing) == ["Your recovery codes were replaced"]
    device = await with_passkey(product, back)
    assert await told(mailing) == ["A passkey was added to your account"]
    await by_passkey(product, replace(device, count=5))
    copy = replace(device, count=1).asserted(await passkey_options(product))
    for _ in range(2):  # and once for a copy that is sent again
        await product.ask(WITH_PASSKEY, input={"passkey": copy})
    assert await told(mailing) == ["A passkey of yours may have been copied"]
    (passkey,) = (await product.run(FACTORS, back))["factors"]["passkeys"]
    await product.run(REMOVE_PASSKEY, back, input={"passkeyId": passkey["id"]})
    assert await told(mailing) == ["A passkey of your account was removed"]
    await product.run(REMOVE_TOTP, back)
    assert await told(mailing) == ["The authenticator app of your account was removed"]


async def test_a_reset_of_factors_is_told_and_one_of_nothing_is_not(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    await with_app(product, mira)
    await told(mailing)
    for subjects in (["Your second factors were removed"], []):
        await product.served.parts.accounts.factor_reset.run("mira", "She showed her passport.")
        assert await told(mailing) == subjects


async def test_a_link_for_a_new_password_does_not_skip_the_second_factor(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    await product.run(VERIFY, input={"token": await mailing.token("mira@example.org")})
    device = await with_passkey(product, mira)
    app = await with_app(product, signed_in(mira, await by_passkey(product, device)))
    await mailing.delivered()
    challenge = (await begun(product))["challenge"]
    await guess_all_day(product, mira)
    await product.run(FORGOT, input={"email": "mira@example.org"})
    token = await mailing.token("mira@example.org")
    await product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})
    assert (await completed(product, challenge, code=await app.code(product))).code == "UNAUTHENTICATED"
    asked = await begun(product, password=NEW_PASSWORD)
    # And who knew the password before guesses no more, so what they used up of the day is forgotten.
    signed_in(mira, await completed(product, asked["challenge"], code=await app.code(product)))
    signed_in(mira, await by_passkey(product, device))
    assert "account.factors_reset" not in await product.event_types()


async def test_factors_of_a_stranger_end_with_the_first_proof_of_the_address(mailing):
    product = mailing.product
    stranger = await product.sign_up("mira")
    device = await with_passkey(product, stranger)
    app = await with_app(product, signed_in(stranger, await by_passkey(product, device)))
    challenge = (await begun(product))["challenge"]
    await mailing.delivered()
    await product.run(FORGOT, input={"email": "mira@example.org"})
    token = await mailing.token("mira@example.org")
    await product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})
    assert (await product.event_types()).count("account.factors_reset") == 1
    assert (await by_passkey(product, device)).refusal == ("INVALID_INPUT", "passkey")
    assert (await completed(product, challenge, code=await app.code(product))).refusal == ("INVALID_INPUT", "code")
    owner = signed_in(stranger, await product.ask(LOG_IN, input={"login": "mira", "password": NEW_PASSWORD}))
    left = (await product.run(FACTORS, owner))["factors"]
    assert left == {"totpConfirmedAt": None, "recoveryCodesLeft": 0, "passkeys": []}
    removed = "Second factors that somebody had set up were removed"
    assert sorted(await told(mailing)) == [removed, "Your password was changed"]


async def test_a_rotation_of_the_secret_seals_factors_anew(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    parts = product.served.parts
    present = parts.settings.seal_secret.get_secret_value()
    await KeyRotation.of(parts.writer, f"{ANOTHER},{present}").run(lambda *_: None)
    stored = StoredFactors.of(await product.graph.read("factors/of_person", id=mira.own_id))
    seals = FactorSeals.of(ANOTHER)
    assert stored.totp is not None and seals.totp.unseal(stored.totp.secret_sealed) == app.secret
    assert all(seals.found(stored.codes, code) for code in app.recovery_codes)
    await KeyRotation.of(parts.writer, f"{present},{ANOTHER}").run(lambda *_: None)
    signed_in(mira, await completed(product, (await begun(product))["challenge"], recoveryCode=app.recovery_codes[0]))
