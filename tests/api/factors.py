"""People with second factors, and what they send."""

from dataclasses import dataclass, replace
from typing import Any

import pyotp

from graph.ids import pack
from keyspace import keys
from tests.api.authenticator import Device
from tests.api.product import PASSWORD, Answer, Person, Product

SESSION = "session { accessToken viewer { username } }"
LOG_IN = f"""mutation ($input: LogInInput!) {{ logIn(input: $input) {{
  {SESSION} secondFactor {{ challenge methods passkeyOptions expiresAt }} }} }}"""
COMPLETE = f"mutation ($input: CompleteLogInInput!) {{ completeLogIn(input: $input) {{ {SESSION} }} }}"
BEGIN_PASSKEY = "mutation { beginPasskeyLogIn { options expiresAt } }"
WITH_PASSKEY = f"mutation ($input: LogInWithPasskeyInput!) {{ logInWithPasskey(input: $input) {{ {SESSION} }} }}"
ENROL = "mutation { enrolTotp { secret uri } }"
CONFIRM = "mutation ($input: ConfirmTotpInput!) { confirmTotp(input: $input) { recoveryCodes } }"
REMOVE_TOTP = "mutation { removeTotp { factors { totpConfirmedAt recoveryCodesLeft } } }"
RENEW = "mutation { renewRecoveryCodes { recoveryCodes } }"
REGISTER = "mutation { beginPasskeyRegistration { options } }"
FINISH = """mutation ($input: FinishPasskeyRegistrationInput!) { finishPasskeyRegistration(input: $input) {
  recoveryCodes passkey { id name isBackedUp } } }"""
RENAME = "mutation ($input: RenamePasskeyInput!) { renamePasskey(input: $input) { passkey { name } } }"
REMOVE_PASSKEY = "mutation ($input: RemovePasskeyInput!) { removePasskey(input: $input) { removedPasskeyId } }"
FACTORS = "{ factors { totpConfirmedAt recoveryCodesLeft passkeys { id name lastUsedAt } } }"
REAUTHENTICATE = "mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { recentUntil } }"
BEGIN_REAUTHENTICATION = "mutation { beginReauthentication { methods passkeyOptions } }"


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app that somebody has set up, and the recovery codes that came with it."""

    secret: str
    recovery_codes: list[str]

    async def code(self, product: Product) -> str:
        """Return a code that was not used: time stands still for the app, so what was used last is forgotten."""
        forget = "MATCH (t:TotpFactor) SET t.lastCounter = 0, t.usedFor = null RETURN count(t)"
        await product.cypher(forget)
        return pyotp.TOTP(self.secret).now()


async def with_app(product: Product, person: Person) -> App:
    """Set up an app."""
    secret = (await product.run(ENROL, person))["enrolTotp"]["secret"]
    made = await product.run(CONFIRM, person, input={"code": pyotp.TOTP(secret).now()})
    return App(secret, made["confirmTotp"]["recoveryCodes"])


def device_of(product: Product, **more: object) -> Device:
    """Return a device whose browser shows a page of the product."""
    (origin,) = product.served.parts.accounts.second_step.proving.party.origins
    return Device(origin, **more)  # type: ignore[arg-type]  # whatever a test wants of it


async def register(product: Product, person: Person, device: Device, name: str = "Laptop") -> Answer:
    """Add a passkey."""
    options = (await product.run(REGISTER, person))["beginPasskeyRegistration"]["options"]
    return await product.ask(FINISH, person, input={"credential": device.created(options), "name": name})


async def with_passkey(product: Product, person: Person, **more: object) -> Device:
    """Add a passkey that works."""
    device = device_of(product, **more)
    answer = await register(product, person, device)
    assert not answer.errors, answer.errors
    return device


async def forget_proofs(product: Product) -> None:
    """Let every proof of who somebody is be an hour old."""
    store = product.served.parts.accounts.sessions.store
    for key in await product.cypher("MATCH (u:User) RETURN collect(u.key)"):
        for id_, record in (await store.all(key)).items():
            older = replace(record, authenticated_at=record.authenticated_at - 3_600_000)
            await store.keyspace.command("HSET", keys.sessions(key), pack(id_), older.packed())


async def passkey_options(product: Product) -> str:
    """Begin to log in by a passkey."""
    return str((await product.run(BEGIN_PASSKEY))["beginPasskeyLogIn"]["options"])


async def by_passkey(product: Product, device: Device) -> Answer:
    """Log in by a passkey."""
    return await product.ask(WITH_PASSKEY, input={"passkey": device.asserted(await passkey_options(product))})


async def begun(product: Product, login: str = "mira", password: str = PASSWORD) -> dict[str, Any]:
    """Give the password, and return what else is asked for."""
    answer = (await product.run(LOG_IN, input={"login": login, "password": password}))["logIn"]
    assert answer["session"] is None
    return dict(answer["secondFactor"])


async def completed(product: Product, challenge: str, **given: str) -> Answer:
    """Answer what is asked for."""
    return await product.ask(COMPLETE, input={"challenge": challenge, **given})


def signed_in(person: Person, answer: Answer) -> Person:
    """Return somebody on the device that an answer has signed in."""
    assert not answer.errors, answer.errors
    (payload,) = answer.data.values()
    return replace(person, token=payload["session"]["accessToken"])
