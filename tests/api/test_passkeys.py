"""Passkeys: alone and as a second factor, and what an authenticator that lies comes to."""

import asyncio
import json
from dataclasses import replace

import pytest

from errors import InvalidInput, RateLimited
from services.factors.relying_party import LONGEST
from tests.api.authenticator import b64url
from tests.api.factors import (
    BEGIN_REAUTHENTICATION,
    FACTORS,
    FINISH,
    LOG_IN,
    REAUTHENTICATE,
    REGISTER,
    REMOVE_PASSKEY,
    RENAME,
    WITH_PASSKEY,
    begun,
    by_passkey,
    completed,
    device_of,
    passkey_options,
    register,
    signed_in,
    with_app,
    with_passkey,
)
from tests.api.product import PASSWORD

ME = "{ viewer { username } }"
REFUSED = ("INVALID_INPUT", "passkey")


async def test_a_passkey_signs_in_alone_without_a_name(product):
    mira = await product.sign_up("mira")
    device = device_of(product)
    made = (await register(product, mira, device)).data["finishPasskeyRegistration"]
    assert made["passkey"]["name"] == "Laptop" and len(made["recoveryCodes"]) == 10
    back = signed_in(mira, await by_passkey(product, device))
    assert (await product.run(ME, back))["viewer"] == {"username": "mira"}
    (listed,) = (await product.run(FACTORS, back))["factors"]["passkeys"]
    assert listed["id"] == made["passkey"]["id"] and listed["lastUsedAt"]


async def test_options_ask_for_a_verified_person_and_a_passkey_that_is_found_without_a_name(product):
    mira = await product.sign_up("mira")
    asked = json.loads((await product.run(REGISTER, mira))["beginPasskeyRegistration"]["options"])
    assert asked["rp"] == {"id": "localhost", "name": "Rookery"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    device = await with_passkey(product, mira)
    alone = json.loads(await passkey_options(product))
    assert (alone["userVerification"], alone["allowCredentials"]) == ("required", [])
    second = json.loads((await begun(product))["passkeyOptions"])
    assert [each["id"] for each in second["allowCredentials"]] == [b64url(device.credential_id)]


async def test_a_passkey_is_a_second_factor_and_proves_one_once_more(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    asked = await begun(product)
    assert asked["methods"] == ["RECOVERY_CODE", "PASSKEY"]
    back = signed_in(mira, await completed(product, asked["challenge"], passkey=device.asserted(asked["passkeyOptions"])))
    options = (await product.run(BEGIN_REAUTHENTICATION, back))["beginReauthentication"]
    assert options["methods"] == ["PASSWORD", "RECOVERY_CODE", "PASSKEY"]
    answer = device.asserted(options["passkeyOptions"])
    assert (await product.ask(REAUTHENTICATE, mira, input={"passkey": answer})).refusal == REFUSED  # in another session
    assert not (await product.ask(REAUTHENTICATE, back, input={"passkey": answer})).errors
    assert (await product.ask(REAUTHENTICATE, back, input={"passkey": answer})).refusal == REFUSED  # twice


async def test_an_answer_is_good_once_and_for_one_of_many_at_once(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira, counts=False)
    answer = device.asserted(await passkey_options(product))
    answers = await asyncio.gather(*(product.ask(WITH_PASSKEY, input={"passkey": answer}) for _ in range(4)))
    assert [each.refusal for each in answers].count((None, None)) == 1
    assert [each.refusal for each in answers].count(REFUSED) == 3
    assert (await product.ask(WITH_PASSKEY, input={"passkey": answer})).refusal == REFUSED
    assert not (await by_passkey(product, device)).errors


@pytest.mark.parametrize(
    "changed",
    [{"origin": "https://evil.example"}, {"domain": "evil.example"}, {"verifies": False}, {"credential_id": b"another one"}],
)
async def test_what_another_page_got_or_nobody_verified_signs_nobody_in(product, changed):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    assert (await by_passkey(product, replace(device, **changed))).refusal == REFUSED
    assert not (await by_passkey(product, device)).errors


@pytest.mark.parametrize("changed", [{"origin": "https://evil.example"}, {"domain": "evil.example"}, {"verifies": False}])
async def test_what_another_page_made_or_nobody_verified_is_not_added(product, changed):
    mira = await product.sign_up("mira")
    answer = await register(product, mira, replace(device_of(product), **changed))
    assert answer.refusal == ("INVALID_INPUT", "credential")
    assert (await product.run(FACTORS, mira))["factors"]["passkeys"] == []


async def test_a_signature_of_another_key_signs_nobody_in(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    thief = replace(device, key=device_of(product).key)
    assert (await by_passkey(product, thief)).refusal == REFUSED


async def test_a_challenge_is_for_one_purpose_and_one_person(product):
    mira, jo = await product.people("mira", "jo2")
    device, other = await with_passkey(product, mira), await with_passkey(product, jo)
    second = (await begun(product))["passkeyOptions"]
    assert (await product.ask(WITH_PASSKEY, input={"passkey": device.asserted(second)})).refusal == REFUSED
    made_up = device.asserted(second, challenge=b64url(b"x" * 64))
    assert (await product.ask(WITH_PASSKEY, input={"passkey": made_up})).refusal == REFUSED
    asked = await begun(product)
    for answer in (
        device.asserted(await passkey_options(product)), other.asserted(asked["passkeyOptions"]),
        device.asserted((await begun(product, "jo2"))["passkeyOptions"]),
    ):
        assert (await completed(product, asked["challenge"], passkey=answer)).refusal == REFUSED
    claims = replace(device, user_handle=other.user_handle)
    assert (await by_passkey(product, claims)).refusal == REFUSED


async def test_a_registration_is_for_the_session_that_began_it_and_makes_one_passkey(product):
    mira, jo = await product.people("mira", "jo2")
    options = (await product.run(REGISTER, mira))["beginPasskeyRegistration"]["options"]
    given = {"credential": device_of(product).created(options), "name": "Laptop"}
    assert (await product.ask(FINISH, jo, input=given)).refusal == ("INVALID_INPUT", "credential")
    answers = await asyncio.gather(*(product.ask(FINISH, mira, input=given) for _ in range(3)))
    assert sorted(str(answer.code) for answer in answers) != ["None", "None", "None"]
    assert len((await product.run(FACTORS, mira))["factors"]["passkeys"]) == 1
    second = {"credential": device_of(product).created(options), "name": "Telephone"}
    assert (await product.ask(FINISH, mira, input=second)).errors
    assert len((await product.run(FACTORS, mira))["factors"]["passkeys"]) == 1


async def test_a_passkey_belongs_to_one_person(product):
    mira, jo = await product.people("mira", "jo2")
    device = await with_passkey(product, mira)
    assert (await register(product, jo, device)).refusal == ("CONFLICT", "credential")


async def test_a_counter_that_goes_back_is_refused_and_told(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    assert not (await by_passkey(product, replace(device, count=4))).errors
    answer = replace(device, count=1).asserted(await passkey_options(product))
    for _ in range(2):
        assert (await product.ask(WITH_PASSKEY, input={"passkey": answer})).refusal == REFUSED
    assert (await product.event_types()).count("account.passkey_copied") == 1
    assert not (await by_passkey(product, replace(device, count=5))).errors


async def test_a_removed_passkey_signs_nobody_in_and_the_password_is_enough_again(product):
    mira = await product.sign_up("mira")
    elsewhere = signed_in(mira, await product.ask(LOG_IN, input={"login": "mira", "password": PASSWORD}))
    device = await with_passkey(product, mira)
    back = signed_in(mira, await by_passkey(product, device))
    (listed,) = (await product.run(FACTORS, back))["factors"]["passkeys"]
    assert (await product.ask(REMOVE_PASSKEY, elsewhere, input={"passkeyId": listed["id"]})).code == "FORBIDDEN"
    assert await product.run(REMOVE_PASSKEY, back, input={"passkeyId": listed["id"]}) == {
        "removePasskey": {"removedPasskeyId": listed["id"]},
    }
    assert (await by_passkey(product, device)).refusal == REFUSED
    assert (await product.ask(REMOVE_PASSKEY, back, input={"passkeyId": listed["id"]})).code == "NOT_FOUND"
    assert (await product.run(FACTORS, back))["factors"]["recoveryCodesLeft"] == 0


async def test_recovery_codes_stay_while_another_factor_does(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    back = signed_in(mira, await by_passkey(product, device))
    assert (await with_app(product, back)).recovery_codes is None
    (listed,) = (await product.run(FACTORS, back))["factors"]["passkeys"]
    await product.run(REMOVE_PASSKEY, back, input={"passkeyId": listed["id"]})
    assert (await product.run(FACTORS, back))["factors"]["recoveryCodesLeft"] == 10


async def test_nobody_names_sees_or_removes_a_passkey_of_somebody_else(product):
    mira, jo = await product.people("mira", "jo2")
    await with_passkey(product, mira)
    other = signed_in(jo, await by_passkey(product, await with_passkey(product, jo)))
    (listed,) = (await product.run(FACTORS, mira))["factors"]["passkeys"]
    for document, given in ((RENAME, {"name": "Mine"}), (REMOVE_PASSKEY, {})):
        assert (await product.ask(document, other, input={"passkeyId": listed["id"], **given})).code == "NOT_FOUND"
    node = "query ($id: ID!) { node(id: $id) { ... on Passkey { name } } }"
    assert [(await product.run(node, who, id=listed["id"]))["node"] for who in (mira, other, None)] == [
        {"name": "Laptop"}, None, None,
    ]
    renamed = await product.run(RENAME, mira, input={"passkeyId": listed["id"], "name": " Old  laptop "})
    assert renamed["renamePasskey"]["passkey"] == {"name": "Old laptop"}
    assert (await product.ask(RENAME, mira, input={"passkeyId": listed["id"], "name": " "})).refusal == ("INVALID_INPUT", "name")


async def test_somebody_suspended_is_not_signed_in_by_a_passkey(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    await product.suspend(mira)
    assert (await by_passkey(product, device)).code == "FORBIDDEN"


@pytest.mark.parametrize("change", ["SET u.state = 'SUSPENDED'", "WITH u MATCH (p:Passkey) DELETE p"])
async def test_what_ends_while_a_passkey_is_looked_at_ends_the_log_in(product, monkeypatch, change):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    proving = type(product.served.parts.accounts.passkey_log_in.proving)
    by_passkey_alone = proving.by_passkey

    async def then_changed(*given):
        user = await by_passkey_alone(*given)
        await product.cypher(f"MATCH (u:User {{id: $id}}) {change} RETURN count(*)", id=mira.own_id)
        return user

    monkeypatch.setattr(proving, "by_passkey", then_changed)
    assert (await by_passkey(product, device)).code == "UNAUTHENTICATED"


async def test_there_are_at_most_twenty(product):
    mira = await product.sign_up("mira")
    await product.cypher(
        """UNWIND range(1, 20) AS at CREATE (:Passkey {id: 'id' + at, userId: $id, credentialId: 'c' + at, name: 'x',
           createdAt: 1, backedUp: false, signCount: 0, publicKey: 'k', transports: []}) RETURN count(*)""", id=mira.own_id,
    )
    await prove(product, mira)
    assert (await register(product, mira, device_of(product))).code == "CONFLICT"


async def prove(product, person):
    """Note that somebody has just proved a factor."""
    accounts = product.served.parts.accounts
    await accounts.sessions.note_authenticated(accounts.tokens.verify(person.token), by_factor=True)


GARBAGE = [
    "", "{", "null", "[]", '"text"', "{}", '{"id": 1, "response": 2}', "[" * 5_000, '{"a":' * 3_000, "x" * (LONGEST + 1),
    json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": b64url(b'{"challenge": 1}')}}),
    json.dumps({"id": "x", "response": {"clientDataJSON": b64url(b'{"challenge": "x"}'), "userHandle": 7}}),
    json.dumps({"id": "x", "response": {"clientDataJSON": b64url(b'{"challenge": "x"}'), "transports": 7}}),
]


@pytest.mark.parametrize("at", range(len(GARBAGE)))
async def test_what_is_no_passkey_is_refused_clearly(product, at):
    mira = await product.sign_up("mira")
    assert (await product.ask(WITH_PASSKEY, input={"passkey": GARBAGE[at]})).refusal == REFUSED
    given = {"credential": GARBAGE[at], "name": "Laptop"}
    assert (await product.ask(FINISH, mira, input=given)).refusal == ("INVALID_INPUT", "credential")


@pytest.mark.parametrize("name", ["attestationObject", "authenticatorData", "signature", "clientDataJSON"])
async def test_broken_bytes_of_a_browser_that_knows_the_challenge_are_refused_clearly(product, name):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    await prove(product, mira)
    options = (await product.run(REGISTER, mira))["beginPasskeyRegistration"]["options"]
    made, asserted = device_of(product).created(options), device.asserted(await passkey_options(product))
    for broken in (b"", b"\xff" * 40, b"\x9f" * 3_000, b"\x81" * 3_000):
        given = {"credential": with_bytes(made, name, broken), "name": "Laptop"}
        if name in json.loads(made)["response"]:
            assert (await product.ask(FINISH, mira, input=given)).refusal == ("INVALID_INPUT", "credential")
        if name in json.loads(asserted)["response"]:
            answer = await product.ask(WITH_PASSKEY, input={"passkey": with_bytes(asserted, name, broken)})
            assert answer.refusal == REFUSED


def with_bytes(credential, name, broken):
    read = json.loads(credential)
    read["response"][name] = b64url(broken)
    return json.dumps(read)


async def test_to_begin_asks_nothing_of_the_stores_and_a_log_in_three_statements(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    product.round_trips.clear()
    options = await passkey_options(product)
    assert (product.round_trips.graph, product.round_trips.redis) == ([], [])
    answer = device.asserted(options)
    assert not (await product.ask(WITH_PASSKEY, input={"passkey": answer})).errors
    assert product.round_trips.graph == [
        "factors/by_credential", "factors/use_passkey", "factors/by_credential", "sign_ins/note",
    ]


async def test_without_a_password_a_passkey_is_enough_for_everything(product):
    mira = await product.sign_up("mira")
    device = await with_passkey(product, mira)
    await product.cypher("MATCH (a:Account {userId: $id}) REMOVE a.passwordHash RETURN 1", id=mira.own_id)
    back = signed_in(mira, await by_passkey(product, device))
    options = (await product.run(BEGIN_REAUTHENTICATION, back))["beginReauthentication"]
    assert options["methods"] == ["RECOVERY_CODE", "PASSKEY"]
    answer = device.asserted(options["passkeyOptions"])
    assert not (await product.ask(REAUTHENTICATE, back, input={"passkey": answer})).errors
    assert (await product.ask(REAUTHENTICATE, back, input={"password": PASSWORD})).refusal == ("INVALID_INPUT", "code")


async def test_rubbish_from_the_same_network_keeps_no_passkey_from_a_known_device(product):
    mira = await product.sign_up("mira")
    device, log_in = await with_passkey(product, mira, counts=False), product.served.parts.accounts.passkey_log_in
    narrow = replace(log_in, allowed=replace(log_in.allowed, per_address=1))
    rubbish = device.asserted(await passkey_options(product), challenge=b64url(b"x" * 64))
    with pytest.raises(InvalidInput):
        await narrow.run(rubbish, "192.0.2.1", "Laptop")
    with pytest.raises(RateLimited):
        await narrow.run(device.asserted(await passkey_options(product)), "192.0.2.1", "Laptop")
    known = log_in.signing_in.devices.new(mira.own_id).token
    await narrow.run(device.asserted(await passkey_options(product)), "192.0.2.1", "Laptop", known)
    refused = []
    for _ in range(6):
        with pytest.raises((InvalidInput, RateLimited)) as caught:
            await narrow.run(rubbish, "192.0.2.1", "Laptop", known)
        refused.append(type(caught.value))
    assert refused == [InvalidInput] * 5 + [RateLimited]
