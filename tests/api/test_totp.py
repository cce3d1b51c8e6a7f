"""Authenticator apps and recovery codes: the second step of a log-in, and what guessing comes to."""

import asyncio
from contextlib import suppress
from time import time

import pyotp
import pytest

from errors import RateLimited
from services.factors.factor_limits import A_DAY, GivenFrom
from services.factors.proving import GivenFactor
from tests.api.factors import (
    CONFIRM,
    ENROL,
    FACTORS,
    LOG_IN,
    REAUTHENTICATE,
    REMOVE_TOTP,
    RENEW,
    begun,
    by_passkey,
    completed,
    forget_proofs,
    signed_in,
    with_app,
    with_passkey,
)
from tests.api.product import CHANGE_PASSWORD, PASSWORD
from tests.api.programs import program_of
from tests.api.relationships import DEACTIVATE
from tests.api.test_failures import without
from tests.api.test_sign_ins import away_for

WRONG = {"code": "000000"}
NOWHERE = GivenFrom("")
A_FACTOR = "n:TotpFactor OR n:RecoveryCode OR n:Passkey"
NONE_LEFT = {"totpConfirmedAt": None, "recoveryCodesLeft": 0}


async def test_a_log_in_asks_for_the_code_once_an_app_is_confirmed(product):
    mira = await product.sign_up("mira")
    enrolled = (await product.run(ENROL, mira))["enrolTotp"]
    assert enrolled["uri"].startswith("otpauth://totp/Rookery:mira?secret=" + enrolled["secret"])
    assert (await product.run(LOG_IN, input={"login": "mira", "password": PASSWORD}))["logIn"]["secondFactor"] is None
    app = await with_app(product, mira)
    assert len(set(app.recovery_codes)) == 10
    asked = await begun(product)
    assert (asked["methods"], asked["passkeyOptions"]) == (["TOTP", "RECOVERY_CODE"], None)
    back = signed_in(mira, await completed(product, asked["challenge"], code=await app.code(product)))
    found = (await product.run(FACTORS, back))["factors"]
    assert found["totpConfirmedAt"] and found["recoveryCodesLeft"] == 10


async def test_the_graph_alone_gives_nothing_to_sign_in_with(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    device = await with_passkey(product, await fresh(product, mira, app))
    stored = str(await product.cypher(f"MATCH (n) WHERE {A_FACTOR} RETURN collect(properties(n))"))
    assert app.secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in app.recovery_codes)
    assert str(device.key.private_numbers().private_value) not in stored


async def test_a_code_is_good_once_and_for_one_of_two_at_once(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    code = await app.code(product)
    asked = [await begun(product) for _ in range(3)]
    answers = await asyncio.gather(*(completed(product, each["challenge"], code=code) for each in asked))
    assert sorted(str(answer.code) for answer in answers) == ["INVALID_INPUT", "INVALID_INPUT", "None"]
    again = await completed(product, (await begun(product))["challenge"], code=code)
    assert again.refusal == ("INVALID_INPUT", "code")


async def test_the_code_that_confirmed_an_app_logs_nobody_in(product):
    mira = await product.sign_up("mira")
    secret = (await product.run(ENROL, mira))["enrolTotp"]["secret"]
    code = pyotp.TOTP(secret).now()
    await product.run(CONFIRM, mira, input={"code": code})
    assert (await completed(product, (await begun(product))["challenge"], code=code)).refusal == ("INVALID_INPUT", "code")


async def test_a_challenge_signs_in_once(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    challenge = (await begun(product))["challenge"]
    codes = app.recovery_codes[:3]
    answers = await asyncio.gather(*(completed(product, challenge, recoveryCode=code) for code in codes))
    assert sorted(str(answer.refusal) for answer in answers) == [str(("INVALID_INPUT", "challenge"))] * 2 + ["(None, None)"]


async def test_an_earlier_code_is_refused_after_a_later_one(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    now = await app.code(product)
    await product.cypher("MATCH (t:TotpFactor) SET t.lastCounter = $at RETURN 1", at=int(time()) // 30 + 1)
    assert (await completed(product, (await begun(product))["challenge"], code=now)).refusal == ("INVALID_INPUT", "code")


async def test_guesses_end_soon_and_another_log_in_gives_no_more_of_them(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    for _ in range(5):
        answer = await completed(product, (await begun(product))["challenge"], **WRONG)
        assert answer.refusal == ("INVALID_INPUT", "code")
    code = await app.code(product)
    assert (await completed(product, (await begun(product))["challenge"], code=code)).code == "RATE_LIMITED"
    known = known_device(product, mira)
    assert not (await completed(product, (await begun(product))["challenge"], code=code, deviceToken=known)).errors
    given = {"recoveryCode": app.recovery_codes[0]}
    assert not (await completed(product, (await begun(product))["challenge"], **given)).errors


def known_device(product, person):
    """Return the token of a device on which somebody was signed in before."""
    return product.served.parts.accounts.second_step.signing_in.devices.new(person.own_id).token


async def guess_all_day(product, person, given_from=NOWHERE):
    """Use up the guesses that somebody has a day."""
    proving = product.served.parts.accounts.second_step.proving
    within_day = proving.allowed.of_code(person.own_id, given_from)[1]
    assert (within_day.attempts, within_day.window) == (20, A_DAY)
    await use_up(proving.limits, within_day)


async def use_up(limits, limit):
    """Take what a limit lets pass."""
    with suppress(RateLimited):
        for _ in range(30):
            await limits.take(limit)
    with pytest.raises(RateLimited):
        await limits.check(limit)


async def test_guesses_are_counted_by_the_day_as_well_and_keep_no_owner_from_where_they_are_known(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    await guess_all_day(product, mira)
    answer = await completed(product, (await begun(product))["challenge"], **WRONG)
    assert answer.code == "RATE_LIMITED" and answer.errors[0]["extensions"]["retryAfter"] > 3_600
    given = {"code": await app.code(product), "deviceToken": known_device(product, mira)}
    assert not (await completed(product, (await begun(product))["challenge"], **given)).errors
    again = {"password": PASSWORD, "code": await app.code(product)}
    assert not (await product.ask(REAUTHENTICATE, mira, input=again)).errors
    await guess_all_day(product, mira, GivenFrom("", "one of their devices"))
    for given in ({"deviceToken": known_device(product, mira)}, {}):
        assert (await completed(product, (await begun(product))["challenge"], **WRONG, **given)).code == "RATE_LIMITED"


async def test_a_right_code_gives_a_stranger_no_further_guesses_of_the_day(product):
    mira = await product.sign_up("mira")
    app, proving = await with_app(product, mira), product.served.parts.accounts.second_step.proving
    within_day = proving.allowed.of_code(mira.own_id, NOWHERE)[1]
    for _ in range(19):
        await proving.limits.take(within_day)
    assert not (await completed(product, (await begun(product))["challenge"], code=await app.code(product))).errors
    await proving.limits.take(within_day)
    with pytest.raises(RateLimited):
        await proving.limits.take(within_day)


async def test_wrong_codes_are_forgiven_once_a_day_and_their_delays_each_time(product):
    mira = await product.sign_up("mira")
    proving = product.served.parts.accounts.second_step.proving
    delay, within_day = proving.allowed.of_code(mira.own_id, NOWHERE)
    for is_forgiven in (True, False):
        await guess_all_day(product, mira)
        await use_up(proving.limits, delay)
        await proving.forget_failures(mira.own_id)
        await proving.limits.check(delay)
        if is_forgiven:
            await proving.limits.check(within_day)
    with pytest.raises(RateLimited):
        await proving.limits.check(within_day)


async def test_wrong_recovery_codes_are_counted_apart_and_by_where_they_come_from(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    for _ in range(5):
        answer = await completed(product, (await begun(product))["challenge"], recoveryCode="0" * 24)
        assert answer.refusal == ("INVALID_INPUT", "recoveryCode")
    given = {"recoveryCode": app.recovery_codes[0]}
    challenge = (await begun(product))["challenge"]
    assert (await completed(product, challenge, **given)).code == "RATE_LIMITED"
    step = product.served.parts.accounts.second_step
    await step.complete(challenge, GivenFactor(recovery_code=app.recovery_codes[1]), "198.51.100.7")
    known = known_device(product, mira)
    assert not (await completed(product, (await begun(product))["challenge"], **given, deviceToken=known)).errors
    assert not (await completed(product, (await begun(product))["challenge"], code=await app.code(product))).errors


async def test_an_app_that_is_confirmed_already_says_so_whatever_the_code(product):
    mira = await product.sign_up("mira")
    secret = (await product.run(ENROL, mira))["enrolTotp"]["secret"]
    right = pyotp.TOTP(secret).now()
    answers = await asyncio.gather(*(product.ask(CONFIRM, mira, input={"code": right}) for _ in range(3)))
    assert sorted(str(each.code) for each in answers) == ["CONFLICT", "CONFLICT", "None"]
    for code in (right, "000000", ""):
        assert (await product.ask(CONFIRM, mira, input={"code": code})).code == "CONFLICT"


async def test_a_recovery_code_stands_in_once_however_it_is_typed(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    typed = app.recovery_codes[3].lower().replace("-", " ")
    back = signed_in(mira, await completed(product, (await begun(product))["challenge"], recoveryCode=typed))
    assert (await product.run(FACTORS, back))["factors"]["recoveryCodesLeft"] == 9
    again = await completed(product, (await begun(product))["challenge"], recoveryCode=app.recovery_codes[3])
    assert again.refusal == ("INVALID_INPUT", "recoveryCode")
    assert "account.recovery_code_used" in await product.event_types()


@pytest.mark.parametrize("statement", ["sign_ins/note", "factors/complete_log_in"])
async def test_where_the_graph_goes_away_after_a_code_was_right_the_same_signs_in(product, monkeypatch, statement):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    for given in ({"code": await app.code(product)}, {"recoveryCode": app.recovery_codes[0]}):
        challenge, before = (await begun(product))["challenge"], await sessions_of(product, mira)
        with monkeypatch.context() as patch:
            away_for(patch, statement)
            assert (await completed(product, challenge, **given)).code == "UNAVAILABLE"
        assert await sessions_of(product, mira) == before
        assert not (await completed(product, challenge, **given)).errors
        assert (await completed(product, challenge, **given)).refusal == ("INVALID_INPUT", "challenge")


async def test_what_was_completed_stays_so_where_redis_forgets(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    challenge, code = (await begun(product))["challenge"], await app.code(product)
    assert not (await completed(product, challenge, code=code)).errors
    await product.forget_caches()
    before = await sessions_of(product, mira)
    assert (await completed(product, challenge, code=code)).refusal == ("INVALID_INPUT", "challenge")
    assert await sessions_of(product, mira) == before


async def test_a_changed_password_voids_what_the_old_one_began(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    challenge = (await begun(product))["challenge"]
    changed = {"currentPassword": PASSWORD, "newPassword": "seven otters in a lamp"}
    await product.run(CHANGE_PASSWORD, mira, input=changed)
    answer = await completed(product, challenge, code=await app.code(product))
    assert (answer.code, answer.data) == ("UNAUTHENTICATED", {"completeLogIn": None})


async def test_who_is_suspended_while_the_code_is_looked_at_is_not_signed_in(product, monkeypatch):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    challenge, code = (await begun(product))["challenge"], await app.code(product)
    sessions = type(product.served.parts.accounts.sessions)
    start = sessions.start

    async def suspended_meanwhile(*given, **more):
        await product.cypher("MATCH (u:User {id: $id}) SET u.state = 'SUSPENDED' RETURN 1", id=mira.own_id)
        return await start(*given, **more)

    monkeypatch.setattr(sessions, "start", suspended_meanwhile)
    before = await sessions_of(product, mira)
    assert (await completed(product, challenge, code=code)).code == "UNAUTHENTICATED"
    assert await sessions_of(product, mira) == before


async def sessions_of(product, person):
    accounts = product.served.parts.accounts
    return sorted(await accounts.sessions.store.all(accounts.tokens.verify(person.token).key))


@pytest.mark.parametrize("text", ["", "nonsense", "A" * 100, "é", "A" * 5_000])
async def test_what_is_no_challenge_is_told_apart_from_a_wrong_code(product, text):
    assert (await completed(product, text, **WRONG)).refusal == ("INVALID_INPUT", "challenge")


async def test_a_challenge_of_one_person_takes_no_code_of_another(product):
    mira, jo = await product.people("mira", "jo2")
    await with_app(product, mira)
    other = await with_app(product, jo)
    challenge = (await begun(product))["challenge"]
    for given in ({"code": await other.code(product)}, {"recoveryCode": other.recovery_codes[0]}):
        assert (await completed(product, challenge, **given)).code == "INVALID_INPUT"
    assert (await completed(product, challenge)).refusal == ("INVALID_INPUT", "code")
    two = {"code": await other.code(product), "recoveryCode": other.recovery_codes[0]}
    assert (await completed(product, challenge, **two)).refusal == ("INVALID_INPUT", "code")


async def fresh(product, person, app):
    """Sign in on another device by the password and a code."""
    return signed_in(person, await completed(product, (await begun(product))["challenge"], code=await app.code(product)))


async def test_who_has_a_factor_changes_factors_only_after_proving_one(product):
    owner = await product.sign_up("mira")
    mira = signed_in(owner, await product.ask(LOG_IN, input={"login": "mira", "password": PASSWORD}))
    app = await with_app(product, owner)  # mira is in a session that began by the password alone, a moment ago
    for document in (REMOVE_TOTP, RENEW, ENROL, "mutation { beginPasskeyRegistration { options } }"):
        answer = await product.ask(document, mira)
        assert answer.errors[0]["extensions"] == {"code": "FORBIDDEN", "reason": "REAUTHENTICATION_REQUIRED"}
    only_password = await product.ask(REAUTHENTICATE, mira, input={"password": PASSWORD})
    assert only_password.refusal == ("INVALID_INPUT", "code")
    only_code = await product.ask(REAUTHENTICATE, mira, input={"code": await app.code(product)})
    assert only_code.refusal == ("INVALID_INPUT", "password")
    await product.run(REAUTHENTICATE, mira, input={"password": PASSWORD, "code": await app.code(product)})
    assert len((await product.run(RENEW, mira))["renewRecoveryCodes"]["recoveryCodes"]) == 10
    assert (await product.run(REMOVE_TOTP, mira))["removeTotp"]["factors"] == NONE_LEFT
    assert await product.cypher("MATCH (c:RecoveryCode) RETURN count(c)") == 0


async def test_who_adds_a_factor_has_proved_it_in_that_session(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    assert len((await product.run(RENEW, mira))["renewRecoveryCodes"]["recoveryCodes"]) == 10
    device = await with_passkey(product, mira)
    assert (await product.run(REMOVE_TOTP, mira))["removeTotp"]["factors"]["totpConfirmedAt"] is None
    again = signed_in(mira, await by_passkey(product, device))
    assert (await product.run(ENROL, again))["enrolTotp"]["secret"] != app.secret


@pytest.mark.parametrize(
    ("document", "given"),
    [
        (CHANGE_PASSWORD, {"currentPassword": PASSWORD, "newPassword": "seven otters in a lamp"}),
        (DEACTIVATE, {"password": PASSWORD}),
    ],
)
async def test_a_stolen_session_and_the_password_neither_change_it_nor_hide_who_has_a_factor(product, document, given):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    await forget_proofs(product)
    answer = await product.ask(document, mira, input=given)
    assert answer.errors[0]["extensions"] == {"code": "FORBIDDEN", "reason": "REAUTHENTICATION_REQUIRED"}
    await product.run(REAUTHENTICATE, mira, input={"password": PASSWORD, "code": await app.code(product)})
    assert not (await product.ask(document, mira, input=given)).errors


async def test_new_recovery_codes_end_the_old_ones(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    device = await fresh(product, mira, app)
    renewed = (await product.run(RENEW, device))["renewRecoveryCodes"]["recoveryCodes"]
    old = await completed(product, (await begun(product))["challenge"], recoveryCode=app.recovery_codes[0])
    assert old.refusal == ("INVALID_INPUT", "recoveryCode")
    assert not (await completed(product, (await begun(product))["challenge"], recoveryCode=renewed[0])).errors


async def test_what_there_is_not_cannot_be_confirmed_removed_or_stood_in_for(product):
    mira = await product.sign_up("mira")
    assert (await product.ask(CONFIRM, mira, input={"code": "123456"})).refusal == ("INVALID_INPUT", "code")
    await product.run(ENROL, mira)
    for wrong in ("000000", "", "12345", "1234567", "١٢٣٤٥٦"):
        assert (await product.ask(CONFIRM, mira, input={"code": wrong})).refusal == ("INVALID_INPUT", "code")
    for document in (REMOVE_TOTP, RENEW):
        assert (await product.ask(document, mira)).code == "FORBIDDEN"
    app = await with_app(product, mira)
    device = await fresh(product, mira, app)
    assert (await product.ask(ENROL, device)).code == "CONFLICT"
    await product.run(REMOVE_TOTP, device)
    assert (await product.ask(REMOVE_TOTP, device)).code == "NOT_FOUND"
    assert (await product.ask(RENEW, device)).code == "CONFLICT"


async def test_a_program_neither_sees_nor_changes_factors(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "WRITE")
    for document in (FACTORS, ENROL, REMOVE_TOTP, RENEW):
        assert (await product.ask(document, program)).code == "FORBIDDEN"


async def test_a_repeated_sign_up_gets_no_session_by_the_password_alone(product):
    given = {"idempotencyKey": "once"}
    mira = await product.sign_up("mira", **given)
    again = {"username": "mira", "email": "mira@example.org", "password": PASSWORD, **given}
    document = "mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken } } }"
    assert not (await product.ask(document, input=again)).errors
    await with_app(product, mira)
    assert (await product.ask(document, input=again)).code == "CONFLICT"


async def test_without_redis_no_code_is_used_up(product, servers):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    challenge, code = (await begun(product))["challenge"], app.recovery_codes[0]
    async with without(servers.redis.kill, servers.redis.start):
        assert (await completed(product, challenge, recoveryCode=code)).code == "UNAVAILABLE"
    await product.settle_when_redis_is_back()
    assert not (await completed(product, challenge, recoveryCode=code)).errors


async def test_the_operator_removes_factors_that_are_lost_and_it_is_audited(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    await with_passkey(product, await fresh(product, mira, app))
    reset = product.served.parts.accounts.factor_reset
    assert await reset.run("@Mira", "She showed her passport.")
    assert not await reset.run("mira", "Once more.")
    assert (await product.run(LOG_IN, input={"login": "mira", "password": PASSWORD}))["logIn"]["session"]
    assert await product.cypher(f"MATCH (n) WHERE {A_FACTOR} RETURN count(n)") == 0
    assert await product.cypher("MATCH (e:AuditEntry {action: 'FACTORS_RESET'}) RETURN collect([e.actorId, e.reason])") == [
        ["operator", "She showed her passport."],
    ]


async def test_what_the_second_step_asks_of_the_stores(product):
    mira = await product.sign_up("mira")
    app = await with_app(product, mira)
    challenge, code = (await begun(product))["challenge"], await app.code(product)
    product.round_trips.clear()
    await completed(product, challenge, code=code)
    assert product.round_trips.graph == [
        "factors/of_person", "factors/use_totp", "factors/first_step", "sign_ins/note", "factors/complete_log_in",
    ]
