"""Logging in by providers of identities: which there are, what their answer is exchanged for, and those of the viewer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from execution.declarations import Cost, RowsOf
from graph.rows import provider_identities as rows
from graph.rows.mails import Language
from resolvers.context import Context
from resolvers.sessions import begun, device_of, device_token_of
from schema.access import BY_PERSON, BY_PERSON_RECENTLY
from schema.accounts import DEVICE_NAME, DeviceToken, Session
from schema.factor_methods import SecondFactor
from schema.fields import attribute, computed
from schema.operations import mutation, public_mutation, public_query, query
from schema.payloads import Returned, returned
from services.accounts.provider_log_in import SIGN_UP_LIFE, ChosenAccount, Device, NewIdentity
from services.accounts.second_factor import SecondFactorNeeded
from services.accounts.viewer import SignedIn, Viewer
from services.mail.languages import preferred
from services.oidc import providers as services
from services.oidc.providers import MOST

Code = Annotated[str, "What stands behind `#code=` in the address that the way to the provider led back to. It works once."]
Verifier = Annotated[str, "The text whose SHA-256 was given as `code_challenge` when the way began."]

@strawberry.type(description="A provider of identities by which people may log in.")
class Provider:
    """Shows a `Provider` of the settings."""

    name: str = attribute("What it is called in addresses and arguments.")
    display_name: str = attribute("What to write on its button.")
    path: str = computed(
        lambda provider, _: f"/auth/{provider.name}",
        "Where a browser is sent to log in by it, with the parameters `return_to` and `code_challenge`.",
    )

    is_type_of = RowsOf(services.Provider)


@strawberry.type(description="A provider that is linked to the viewer's account.")
class LinkedProvider:
    """Shows the row of the same name, to its owner alone."""

    name: str = attribute("The name of the provider.")
    linked_at: datetime = attribute("When it was linked.")
    last_used_at: datetime | None = attribute("When the viewer last logged in by it; null if never since.")

    is_type_of = RowsOf(rows.LinkedProvider)


@strawberry.type(description="Somebody whom a provider knows, and who has no account here yet.")
class ProviderSignUp:
    """Shows a `NewIdentity`."""

    token: str = attribute(f"Makes the account by `signUpWithProvider`, within {SIGN_UP_LIFE.seconds // 60} minutes.")
    suggested_username: str | None = attribute("A username after the name that the provider gives; it may be taken.")
    display_name: str | None = attribute("The name that the provider gives.")
    email: str | None = attribute("The e-mail address that the provider gives.")
    email_verified: bool = attribute("Whether that address counts as verified here.")

    is_type_of = RowsOf(NewIdentity)


@public_query(list[Provider], cost=Cost(rows=MOST))
async def providers(context: Context) -> Sequence[services.Provider]:
    """By which providers people may log in, in the order in which to show their buttons."""
    return context.services.accounts.providers.all


@query(list[LinkedProvider], cost=Cost(rows=MOST), access=BY_PERSON)
async def linked_providers(context: Context, viewer: Viewer) -> Sequence[rows.LinkedProvider]:
    """By which providers the viewer may log in, the first that was linked first."""
    return await context.services.accounts.providers.links.all(viewer)


@public_mutation(
    takes="What the way to a provider ended with.",
    gives={
        "session": returned(Session | None, "The person, signed in; null beside one of the others."),
        "second_factor": returned(SecondFactor | None, "What else is needed, as of `logIn`; null where nothing is."),
        "sign_up": returned(ProviderSignUp | None, "What makes an account for who has none yet; null for who has one."),
    },
)
async def log_in_with_provider(
    context: Context,
    code: Code,
    verifier: Verifier,
    device_name: Annotated[str | None, DEVICE_NAME] = None,
    device_token: DeviceToken = None,
) -> Returned:
    """Sign in by a provider. Nothing is made for who has no account: they choose a username first, by `signUpWithProvider`.

    CONFLICT on `email` says that an account has the e-mail address of the provider, and is not linked to it: log in to that
    account and link the provider there. Where the address is verified on both sides, it is linked at once.
    """
    device = Device(device_of(context, device_name), device_token_of(context, device_token))
    found = await context.services.accounts.providers.log_in.run(code, verifier, context.address, device)
    if isinstance(found, NewIdentity):
        return {"session": None, "second_factor": None, "sign_up": found}
    if isinstance(found, SecondFactorNeeded):
        return {"session": None, "second_factor": found, "sign_up": None}
    context.services.warming.begin(found.user.key)
    return {"session": await begun(context, found), "second_factor": None, "sign_up": None}


@public_mutation(
    takes="A new account of somebody whom a provider knows.",
    gives={"session": returned(Session, "The new person, signed in.")},
)
async def sign_up_with_provider(
    context: Context,
    token: Annotated[str, "The token of `ProviderSignUp`."],
    verifier: Verifier,
    username: Annotated[str, "3 to 30 letters, digits and underscores; unique in any case."],
    email: Annotated[str | None, "An e-mail address; by default that of the provider. Another one is verified by mail."] = None,
    display_name: Annotated[str | None, "By default the username."] = None,
    device_name: Annotated[str | None, DEVICE_NAME] = None,
    language: Annotated[Language | None, "In which mails are written; by default as `Accept-Language` asks."] = None,
) -> Returned:
    """Make an account without a password, and sign in. Sent again within two minutes, it signs in to the account that it made."""
    spoken = language or preferred("" if context.client is None else context.client.languages)
    chosen = ChosenAccount(username, email, display_name, spoken)
    device = Device(device_of(context, device_name), device_token_of(context, None))
    signed_in: SignedIn = await context.services.accounts.providers.log_in.create(
        token, verifier, chosen, context.address, device
    )
    return {"session": await begun(context, signed_in)}


@mutation(
    takes="Which provider is to be linked.",
    gives={"link_token": returned(str, "Goes as `link` to the `path` of the provider, beside `return_to` and `code_challenge`.")},
    access=BY_PERSON_RECENTLY,
)
async def begin_provider_link(
    context: Context, viewer: Viewer, provider: Annotated[str, "The name of the provider."]
) -> Returned:
    """Begin to link a provider to the viewer's account, from this session alone."""
    return {"link_token": context.services.accounts.providers.links.ticket(viewer, provider)}


@mutation(
    takes="What the way to a provider ended with, which began with a link token.",
    gives={"linked_providers": returned(list[LinkedProvider], "The providers of the viewer now.")},
    access=BY_PERSON_RECENTLY,
)
async def link_provider(context: Context, viewer: Viewer, code: Code, verifier: Verifier) -> Returned:
    """Link a provider to the viewer's account, so that they may log in by it. They are told by mail."""
    links = context.services.accounts.providers.links
    await links.link(viewer, code, verifier)
    return {"linked_providers": await links.all(viewer)}


@mutation(
    takes="Which provider to unlink.",
    gives={"linked_providers": returned(list[LinkedProvider], "The providers of the viewer now.")},
    access=BY_PERSON_RECENTLY,
)
async def unlink_provider(
    context: Context, viewer: Viewer, provider: Annotated[str, "The name of the provider."]
) -> Returned:
    """Unlink a provider from the viewer's account. They are told by mail. CONFLICT: they could not log in any more."""
    links = context.services.accounts.providers.links
    await links.unlink(viewer, provider)
    return {"linked_providers": await links.all(viewer)}


@mutation(
    takes="What the way to a provider ended with, which began with `purpose=reauthenticate`.",
    gives={"recent_until": returned(datetime, "Until when that counts.")},
    access=BY_PERSON,
)
async def reauthenticate_with_provider(
    context: Context, viewer: Viewer, code: Code, verifier: Verifier
) -> Returned:
    """Prove once more who one is, by a linked provider that has asked anew, for what asks for that."""
    return {"recent_until": await context.services.accounts.providers.links.reauthenticate(viewer, code, verifier)}
