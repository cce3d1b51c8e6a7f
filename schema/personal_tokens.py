"""Tokens of programs: a person makes them, sees what uses them, and revokes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from execution.declarations import Cost, RowsOf
from graph.rows import personal_tokens as rows
from graph.rows.personal_tokens import TOKENS_MAX, TokenScope
from resolvers.context import Context
from resolvers.global_ids import encode
from schema.access import BY_PERSON, BY_PERSON_RECENTLY
from schema.enums import show_enum
from schema.fields import attribute, computed, global_id
from schema.inputs import IdOf
from schema.nodes import Node
from schema.operations import mutation, query
from schema.payloads import Returned, returned
from services.accounts.personal_token_text import token_start
from services.accounts.personal_tokens import NAME_MAX, USUAL_LIFE
from services.accounts.viewer import Viewer

show_enum(
    TokenScope,
    "What a token of a program opens. Queries and subscriptions need READ and mutations WRITE, but for those that need a role.",
    {
        "READ": "Queries and subscriptions, as the person who made it. Every other scope opens them as well.",
        "WRITE": "Mutations, but for those that decide who gets into the account.",
        "ANALYTICS": "What needs the role ANALYST, while the person holds it: `cypher` and `analytics`.",
        "ADMIN": "What needs the role ADMINISTRATOR, while the person holds it.",
    },
)


@strawberry.type(description="A token that the viewer made for a program, without its secret.")
class PersonalToken(Node):
    """Shows the row of the same name, to its owner alone."""

    id: strawberry.ID = global_id("PersonalToken")
    name: str = attribute("What the viewer calls it.")
    start: str = computed(lambda token, _: token_start(token.id), "The first characters of the token, to recognise it by.")
    scopes: list[TokenScope] = attribute("What it opens.", cost=Cost(rows=0))
    created_at: datetime = attribute("When it was made.")
    expires_at: datetime = attribute("When it ends, or ended.")
    last_used_at: datetime | None = attribute("When it was last used, to the minute, and some minutes late; null if never.")

    is_type_of = RowsOf(rows.PersonalToken)


@query(list[PersonalToken], cost=Cost(rows=TOKENS_MAX), access=BY_PERSON)
async def personal_tokens(context: Context, viewer: Viewer) -> Sequence[rows.PersonalToken]:
    """Tokens that the viewer made for programs, newest first: those in use, and ended ones until the next is made."""
    return await context.services.accounts.personal_tokens.all(viewer)


@mutation(
    takes="What a program may do.",
    gives={
        "token": returned(str, "The token, which is never shown again: `rookery_pat_` and 71 letters and digits."),
        "personal_token": returned(PersonalToken, "What the viewer sees of it from now on."),
    },
    access=BY_PERSON_RECENTLY,
)
async def create_personal_token(
    context: Context,
    viewer: Viewer,
    name: Annotated[str, f"What uses it: 1 to {NAME_MAX} characters."],
    scopes: Annotated[list[TokenScope], "What it opens, one at least. ANALYTICS and ADMIN need their role."],
    expires_at: Annotated[datetime | None, f"When it ends, within a year; null is in {USUAL_LIFE.days} days."] = None,
) -> Returned:
    """Make a token with which a program acts as the viewer. Too many are answered with CONFLICT."""
    made = await context.services.accounts.personal_tokens.create(viewer, name, scopes, expires_at)
    return {"token": made.text, "personal_token": made.token}


@mutation(
    takes="Which token is to end.",
    gives={"revoked_token_id": returned(strawberry.ID, "The id of the token that is no more.")},
    access=BY_PERSON,
)
async def revoke_personal_token(
    context: Context, viewer: Viewer, token_id: Annotated[str, IdOf("PersonalToken"), "Global id of the token."]
) -> Returned:
    """End a token: it is refused at once."""
    await context.services.accounts.personal_tokens.revoke(viewer, token_id)
    return {"revoked_token_id": strawberry.ID(encode("PersonalToken", token_id))}
