"""How the resolver of a field is called for a level of rows.

It is called as graphql-core calls it. Where calling the function itself has the same result, that is done, since it costs less.
"""

from typing import Any, Protocol

import strawberry
from graphql import GraphQLResolveInfo, default_field_resolver
from strawberry.types.field import StrawberryField

from execution.direct_call import Resolve
from execution.site import Site


class InfoSource(Protocol):
    """The run for which resolvers are called."""

    context: Any

    def info(self, site: Site) -> GraphQLResolveInfo[Any]:
        """Return what graphql-core gives the resolver of a field as `info`."""


def resolver_of(run: InfoSource, site: Site) -> Resolve:
    """Return the call of a field for a level of rows."""
    if (direct := site.direct_call) is not None:
        return direct.bound(LevelInfo(run, site, direct.definition) if direct.info else None)
    resolve, info = site.field.resolve or default_field_resolver, run.info(site)
    return lambda row, arguments: resolve(row, info, **arguments)


class LevelInfo(strawberry.Info[Any, Any]):
    """The `info` of all rows of a level. Most resolvers read the context only; the rest is made when it is read."""

    def __init__(self, run: InfoSource, site: Site, definition: StrawberryField) -> None:
        """Take what it can be made from."""
        self._run, self._site, self._field = run, site, definition

    @property
    def context(self) -> Any:
        """The context of the operation."""
        return self._run.context

    @property
    def _raw_info(self) -> Any:  # type: ignore[override]  # nobody writes it
        return self._run.info(self._site)
