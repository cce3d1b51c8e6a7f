"""What the viewer has chosen for their privacy, and leaving."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from errors import Unauthenticated
from graph.rows.users import PrivacyRow, UserRow
from resolvers.context import Context


async def choices(context: Context) -> PrivacyRow:
    """Give the viewer's choices."""
    return await context.services.privacy.choices(context.signed_in())


async def update(context: Context, given: Mapping[str, Any]) -> tuple[PrivacyRow, UserRow]:
    """Change some of them; give all, and the viewer."""
    viewer = context.signed_in()
    row = await context.services.privacy.update(viewer, given)
    context.forget()
    user = await context.loaders.visible_users.one(viewer.id)
    if user is None:
        raise Unauthenticated
    return row, user


async def deactivate(context: Context, password: str) -> datetime:
    """Hide the viewer from everybody; give until when they can come back."""
    until = await context.services.deactivation.run(context.signed_in(), password)
    context.forget()
    return until
