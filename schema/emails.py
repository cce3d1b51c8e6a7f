"""E-mail addresses: one's own, verifying and changing it, and a new password by a link in a mail."""

from datetime import datetime
from typing import Annotated

import strawberry

from graph.rows.mails import Language
from resolvers.context import Context
from schema.access import BY_PERSON, BY_PERSON_RECENTLY
from schema.fields import attribute
from schema.operations import mutation, public_mutation, query
from schema.payloads import Returned, returned
from services.accounts.account_emails import AccountEmail
from services.accounts.viewer import Viewer

Token = Annotated[str, "What stands behind `#token=` in the link."]
"""The parameter of an operation that follows a link."""

_ENDS_AT = returned(datetime, "When the link in the mail ends.")


@strawberry.type(description="The viewer's own account, which nobody else sees.")
class Account:
    """Shows an `AccountEmail`."""

    email: str = attribute("The e-mail address that mails go to, and by which the viewer may log in.")
    email_verified: bool = attribute("Whether a link that was sent to this address was followed.")
    language: Language = attribute("In which mails are written.")


@query(Account, access=BY_PERSON)
async def account(context: Context, viewer: Viewer) -> AccountEmail:
    """The viewer's own account."""
    return await context.services.accounts.emails.of(viewer)


@mutation(takes="How the mail is to be written.", gives={"ends_at": _ENDS_AT}, access=BY_PERSON)
async def request_email_verification(
    context: Context,
    viewer: Viewer,
    language: Annotated[Language | None, "In which this and all later mails are written; by default as before."] = None,
) -> Returned:
    """Have a link sent that verifies the viewer's e-mail address. It is CONFLICT where that is verified already."""
    return {"ends_at": await context.services.accounts.emails.request_verification(viewer, language)}


@public_mutation(
    takes="The link to an e-mail address.",
    gives={
        "username": returned(str, "Whose address it is."),
        "email": returned(str, "The address, which is verified now."),
    },
)
async def verify_email(context: Context, token: Token) -> Returned:
    """Follow a link to an e-mail address: it is verified, and after changeEmail it is that of the account from now on.

    A link works once. One that was used or has ended is INVALID_INPUT on `token`, and so is one of another account than the
    viewer's, if somebody is signed in. CONFLICT says that another account has the address by now.
    """
    verified = await context.services.accounts.emails.verify(context.viewer, token, context.address)
    return {"username": verified.username, "email": verified.email}


@mutation(takes="The address that is to be the viewer's.", gives={"ends_at": _ENDS_AT}, access=BY_PERSON_RECENTLY)
async def change_email(
    context: Context,
    viewer: Viewer,
    new_email: Annotated[str, "An e-mail address."],
    password: Annotated[str | None, "The viewer's password; null where they have none, and log in by a provider."] = None,
) -> Returned:
    """Have a link sent to a new e-mail address. Nothing changes before it is followed, and the address of now is told at once.

    A wrong password is INVALID_INPUT, too many are RATE_LIMITED. Earlier links to new addresses end.
    """
    return {"ends_at": await context.services.accounts.email_change.request(viewer, new_email, password, context.address)}


@public_mutation(
    takes="Whose password is forgotten.",
    gives={"ends_at": returned(datetime, "When the link ends, if one is sent.")},
)
async def request_password_reset(
    context: Context, email: Annotated[str, "The e-mail address of the account."]
) -> Returned:
    """Have a link for a new password sent to an address. The answer never says whether an account has it."""
    return {"ends_at": await context.services.accounts.password_reset.request(email, context.address)}


@public_mutation(
    takes="The link for a new password, and the password.",
    gives={"username": returned(str, "Who may log in by the new password.")},
)
async def reset_password(
    context: Context, token: Token, new_password: Annotated[str, "8 to 128 characters."]
) -> Returned:
    """Set a new password by the link in a mail, which also verifies the address. The owner is told by another mail.

    A link works once. One that was used or has ended is INVALID_INPUT on `token`. Tokens of programs, linked providers and
    second factors stay, except where nobody had verified the address before.
    """
    return {"username": await context.services.accounts.password_reset.reset(token, new_password, context.address)}
