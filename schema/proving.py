"""Proving who one is beside a password: the second step of a log-in, logging in by a passkey, and doing it once more."""

from datetime import datetime
from typing import Annotated

from graph.rows.factors import FactorMethod
from resolvers.context import Context
from resolvers.sessions import begun, device_of, device_token_of
from schema.access import BY_PERSON
from schema.accounts import DEVICE_NAME, DeviceToken, Session
from schema.operations import mutation, public_mutation
from schema.payloads import Returned, returned
from services.accounts.viewer import Viewer
from services.factors.proving import GivenFactor

Code = Annotated[str | None, "The code that an authenticator app shows: six digits."]
RecoveryCode = Annotated[str | None, "A recovery code, in any case, with or without hyphens."]
PasskeyText = Annotated[str | None, "What `JSON.stringify` makes of the PublicKeyCredential that answers the options."]
_SIGNED_IN = returned(Session, "The person, signed in.")


@public_mutation(takes="The answer to what `logIn` asked for.", gives={"session": _SIGNED_IN})
async def complete_log_in(
    context: Context,
    challenge: Annotated[str, "That of `secondFactor`."],
    code: Code = None,
    recovery_code: RecoveryCode = None,
    passkey: PasskeyText = None,
    device_token: DeviceToken = None,
) -> Returned:
    """Sign in by a second factor, after the password. Give one of the three.

    What is wrong, or was used before, is INVALID_INPUT at its field, and too many wrong codes are RATE_LIMITED. INVALID_INPUT at
    `challenge` says to log in again. After UNAVAILABLE, and where the answer was lost, send the same code again.
    """
    given = GivenFactor(code, recovery_code, passkey)
    signed_in = await context.services.accounts.second_step.complete(
        challenge, given, context.address, device_token_of(context, device_token)
    )
    context.services.warming.begin(signed_in.user.key)
    return {"session": await begun(context, signed_in)}


@public_mutation(
    takes=None,
    gives={
        "options": returned(str, "JSON for `PublicKeyCredential.parseRequestOptionsFromJSON`."),
        "expires_at": returned(datetime, "Until when they can be answered."),
    },
)
async def begin_passkey_log_in(context: Context) -> Returned:
    """Begin to sign in by a passkey, without a name: the device shows whose it has. Answer with `logInWithPasskey`."""
    options = context.services.accounts.passkey_log_in.begin()
    return {"options": options.options, "expires_at": options.expires_at}


@public_mutation(takes="The answer of a passkey.", gives={"session": _SIGNED_IN})
async def log_in_with_passkey(
    context: Context,
    passkey: Annotated[str, "What `JSON.stringify` makes of the PublicKeyCredential that answers the options."],
    device_name: Annotated[str | None, DEVICE_NAME] = None,
    device_token: DeviceToken = None,
) -> Returned:
    """Sign in by a passkey alone. One that is not good here is INVALID_INPUT on `passkey`: begin again."""
    signed_in = await context.services.accounts.passkey_log_in.run(
        passkey, context.address, device_of(context, device_name), device_token_of(context, device_token)
    )
    context.services.warming.begin(signed_in.user.key)
    return {"session": await begun(context, signed_in)}


@mutation(
    takes=None,
    gives={
        "methods": returned(list[FactorMethod], "By what the viewer can prove who they are."),
        "passkey_options": returned(
            str | None, "JSON for `PublicKeyCredential.parseRequestOptionsFromJSON`; null where there is no passkey."
        ),
    },
    access=BY_PERSON,
)
async def begin_reauthentication(context: Context, viewer: Viewer) -> Returned:
    """Say by what the viewer can prove once more who they are, and begin it for a passkey. Answer with `reauthenticate`."""
    options = await context.services.accounts.reauthentication.options(viewer)
    return {"methods": options.methods, "passkey_options": options.passkey_options}


@mutation(
    takes="What proves who somebody is.",
    gives={"recent_until": returned(datetime, "Until when that counts.")},
    access=BY_PERSON,
)
async def reauthenticate(
    context: Context,
    viewer: Viewer,
    password: Annotated[str | None, "The viewer's password."] = None,
    code: Code = None,
    recovery_code: RecoveryCode = None,
    passkey: PasskeyText = None,
) -> Returned:
    """Prove once more who one is, for what asks for that. Too many failures are answered with RATE_LIMITED.

    Who has no second factor gives the password. Who has one gives a passkey, or the password and a code.
    """
    given = GivenFactor(code, recovery_code, passkey)
    return {"recent_until": await context.services.accounts.reauthentication.run(viewer, password, given, context.address)}
