"""What clients see of a write about second factors whose answer was lost: unknown, and what they do then."""

import pyotp

from tests.api.factors import (
    ENROL,
    FACTORS,
    REGISTER,
    REMOVE_PASSKEY,
    App,
    begun,
    by_passkey,
    completed,
    device_of,
    passkey_options,
    signed_in,
)
from tests.api.losing import LosingAnswers


async def test_factors_whose_answer_is_lost_are_unknown_and_done(product):
    mira = await product.sign_up("mira")
    losing = LosingAnswers(product)
    await losing.check_unknown(mira, "enrolTotp", None)
    secret = (await product.run(ENROL, mira))["enrolTotp"]["secret"]
    app = App(secret, [])
    confirmed = {"code": pyotp.TOTP(secret).now()}
    await losing.check_unknown(mira, "confirmTotp", confirmed)
    assert await losing.code_of(mira, "confirmTotp", confirmed) == "CONFLICT"
    challenge, code = (await begun(product))["challenge"], await app.code(product)
    await losing.check_unknown(None, "completeLogIn", {"challenge": challenge, "code": code})
    back = signed_in(mira, await completed(product, challenge, code=code))  # the same once more
    await losing.check_unknown(back, "renewRecoveryCodes", None)
    device = device_of(product)
    assert await losing.code_of(back, "beginPasskeyRegistration", None) is None
    credential = device.created((await product.run(REGISTER, back))["beginPasskeyRegistration"]["options"])
    given = {"credential": credential, "name": "Laptop"}
    await losing.check_unknown(back, "finishPasskeyRegistration", given)
    assert await losing.code_of(back, "finishPasskeyRegistration", given) == "CONFLICT"
    (passkey,) = (await product.run(FACTORS, back))["factors"]["passkeys"]
    await losing.check_unknown(back, "renamePasskey", {"passkeyId": passkey["id"], "name": "Telephone"})
    for name in ("beginPasskeyLogIn", "beginReauthentication"):
        assert await losing.code_of(back, name, None) is None
    await losing.check_unknown(None, "logInWithPasskey", {"passkey": device.asserted(await passkey_options(product))})
    back = signed_in(mira, await by_passkey(product, device))  # begun anew
    await losing.check_unknown(back, "removeTotp", None)
    await losing.check_unknown(back, "removePasskey", {"passkeyId": passkey["id"]})
    assert (await product.ask(REMOVE_PASSKEY, back, input={"passkeyId": passkey["id"]})).code == "NOT_FOUND"
