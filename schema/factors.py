"""Second factors of the viewer: authenticator apps, recovery codes and passkeys."""

from datetime import datetime
from typing import Annotated

import strawberry

from execution.declarations import Cost, RowsOf
from graph.rows import factors as rows
from graph.rows.factors import PASSKEYS_MAX
from resolvers.context import Context
from resolvers.global_ids import encode
from schema.access import BY_PERSON, BY_PERSON_RECENTLY
from schema.fields import attribute, global_id
from schema.inputs import IdOf
from schema.nodes import Node
from schema.operations import mutation, query
from schema.payloads import Returned, returned
from services.accounts.viewer import Viewer
from services.factors.passkeys import NAME_MAX
from services.factors.recovery_codes import COUNT

PasskeyName = Annotated[str, f"What to call it, such as the device: 1 to {NAME_MAX} characters."]
_CODES = f"{COUNT} recovery codes, shown this once, where this is the first factor; else null."


@strawberry.type(description="A passkey of the viewer, by which they sign in without a password.")
class Passkey(Node):
    """Shows the row of the same name, to its owner alone."""

    id: strawberry.ID = global_id("Passkey")
    name: str = attribute("What the viewer calls it.")
    created_at: datetime = attribute("When it was added.")
    last_used_at: datetime | None = attribute("When it was last used; null if never.")
    is_backed_up: bool = attribute("Whether it is kept beyond one device, as password managers do.", "backed_up")

    is_type_of = RowsOf(rows.Passkey)


@strawberry.type(description="The second factors of the viewer. Who has none signs in by the password alone.")
class Factors:
    """Shows an `OwnFactors`."""

    totp_confirmed_at: datetime | None = attribute("Since when there is an authenticator app; null where there is none.")
    recovery_codes_left: int = attribute("How many recovery codes were not used.")
    passkeys: list[Passkey] = attribute("The passkeys, oldest first.", cost=Cost(rows=PASSKEYS_MAX))

    is_type_of = RowsOf(rows.OwnFactors)


@query(Factors, access=BY_PERSON)
async def factors(context: Context, viewer: Viewer) -> rows.OwnFactors:
    """The second factors of the viewer."""
    return await context.services.accounts.authenticator_apps.of(viewer)


@mutation(
    takes=None,
    gives={
        "secret": returned(str, "The secret in base32, for who types it into an app."),
        "uri": returned(str, "The same as `otpauth://` address: show it as a QR code, made by the page itself."),
    },
    access=BY_PERSON_RECENTLY,
)
async def enrol_totp(context: Context, viewer: Viewer) -> Returned:
    """Set up an authenticator app. It counts after `confirmTotp`; CONFLICT says that there is one already."""
    enrolled = await context.services.accounts.authenticator_apps.enrol(viewer)
    return {"secret": enrolled.secret, "uri": enrolled.address}


@mutation(
    takes="A code of the app that is being set up.",
    gives={"recovery_codes": returned(list[str] | None, _CODES)},
    access=BY_PERSON_RECENTLY,
)
async def confirm_totp(context: Context, viewer: Viewer, code: Annotated[str, "The code that the app shows."]) -> Returned:
    """Let the authenticator app count: from now on a log-in asks for a second factor. They are told by mail.

    Where the answer was lost, it is CONFLICT by then: renew the recovery codes, if none were shown.
    """
    return {"recovery_codes": await context.services.accounts.authenticator_apps.confirm(viewer, code)}


@mutation(
    takes=None,
    gives={"factors": returned(Factors, "What is left.")},
    access=BY_PERSON_RECENTLY,
)
async def remove_totp(context: Context, viewer: Viewer) -> Returned:
    """Remove the authenticator app; they are told by mail. It takes a factor that was proved within ten minutes (by default)."""
    await context.services.accounts.authenticator_apps.remove(viewer)
    return {"factors": await context.services.accounts.authenticator_apps.of(viewer)}


@mutation(
    takes=None,
    gives={"recovery_codes": returned(list[str], f"{COUNT} codes, shown this once.")},
    access=BY_PERSON_RECENTLY,
)
async def renew_recovery_codes(context: Context, viewer: Viewer) -> Returned:
    """Replace the recovery codes. It takes a factor that was proved within ten minutes (by default); they are told by mail."""
    return {"recovery_codes": await context.services.accounts.authenticator_apps.renew_codes(viewer)}


@mutation(
    takes=None,
    gives={
        "options": returned(str, "JSON for `PublicKeyCredential.parseCreationOptionsFromJSON`."),
        "expires_at": returned(datetime, "Until when they can be answered."),
    },
    access=BY_PERSON_RECENTLY,
)
async def begin_passkey_registration(context: Context, viewer: Viewer) -> Returned:
    """Begin to add a passkey. Answer with `finishPasskeyRegistration`, in the same session.

    Who has a second factor must have proved one within ten minutes (by default).
    """
    options = await context.services.accounts.passkeys.begin(viewer)
    return {"options": options.options, "expires_at": options.expires_at}


@mutation(
    takes="A new passkey.",
    gives={
        "passkey": returned(Passkey, "The passkey."),
        "recovery_codes": returned(list[str] | None, _CODES),
    },
    access=BY_PERSON_RECENTLY,
)
async def finish_passkey_registration(
    context: Context,
    viewer: Viewer,
    credential: Annotated[str, "What `JSON.stringify` makes of the PublicKeyCredential that answers the options."],
    name: PasskeyName,
) -> Returned:
    """Add a passkey: from now on it signs in alone, and a log-in by password asks for a second factor. They are told by mail."""
    added = await context.services.accounts.passkeys.finish(viewer, credential, name)
    return {"passkey": added.passkey, "recovery_codes": added.recovery_codes}


@mutation(
    takes="Another name for a passkey.", gives={"passkey": returned(Passkey, "The passkey, renamed.")}, access=BY_PERSON
)
async def rename_passkey(
    context: Context,
    viewer: Viewer,
    passkey_id: Annotated[str, IdOf("Passkey"), "Global id of the passkey."],
    name: PasskeyName,
) -> Returned:
    """Call a passkey something else."""
    return {"passkey": await context.services.accounts.passkeys.rename(viewer, passkey_id, name)}


@mutation(
    takes="Which passkey is not to be good any more.",
    gives={"removed_passkey_id": returned(strawberry.ID, "The id of the passkey that is no more.")},
    access=BY_PERSON_RECENTLY,
)
async def remove_passkey(
    context: Context, viewer: Viewer, passkey_id: Annotated[str, IdOf("Passkey"), "Global id of the passkey."]
) -> Returned:
    """Remove a passkey; they are told by mail. It takes a factor that was proved within ten minutes (by default)."""
    await context.services.accounts.passkeys.remove(viewer, passkey_id)
    return {"removed_passkey_id": strawberry.ID(encode("Passkey", passkey_id))}
