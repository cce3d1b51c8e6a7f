"""Loaders that return everything and look up no relationship: what a page costs without the policy.

Left out are: the relationships that the script of a page returns, decoding them, building the check of each post, and running it.
The rule of home timelines, which reads the same relationships, finds that the viewer follows everybody. All the rest is the
product's: bodies, counts, flags, authors and muted topics.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1

from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from keyspace.client import Keyspace, Script
from keyspace.page_scripts import Answers
from loaders.loader import Loader
from loaders.once import once
from loaders.operation import Loaders

RELATIONSHIPS = re.compile(r"^\s*relationships = lease_fields\(.*\)\n", re.MULTILINE)
"""The line of the scripts that is left out."""
FOLLOWED = ViewerRelationship(following_since=0)


def without_relationships(keyspace: Keyspace) -> Keyspace:
    """Return the same Redis, where the scripts of a page leave relationships out.

    Raises:
        RuntimeError: a script is not as it was when this was written.

    """
    scripts = {}
    for name in ("home_page", "hydrate"):
        text, removed = RELATIONSHIPS.subn("", keyspace.scripts[name].text)
        if removed != 1:
            raise RuntimeError("the script of a page looks relationships up elsewhere now")
        scripts[name] = Script(name, text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return replace(keyspace, scripts=scripts)


class UnguardedLoaders(Loaders):
    """The loaders of an operation in which the viewer may see everything and follows everybody."""

    @once
    def relationships(self) -> "AllFollowed":  # type: ignore[override]  # it answers the same calls, without a graph
        """Return a loader by which the viewer follows everybody."""
        return AllFollowed()

    def _take_relationships(self, ids: Sequence[str], answers: Answers) -> None:
        """Take nothing: the script returned none."""

    async def hydrate(self, ids: Sequence[str]) -> list[PostRow | None]:
        """Return all posts of a page."""
        if missing := [id_ for id_ in ids if id_ not in self._rows.posts.known]:
            await self._prime_page(missing)
        return await self._rows.posts.many(ids)


class _Everybody(dict[str, ViewerRelationship]):
    """The same relationship to everybody."""

    def __missing__(self, _: str) -> ViewerRelationship:
        return FOLLOWED


class AllFollowed(Loader[str, ViewerRelationship]):
    """A loader that looks nothing up."""

    def __init__(self) -> None:
        """Begin with everybody known."""
        super().__init__()
        self.known = _Everybody()

    async def many(self, keys: Sequence[str]) -> list[ViewerRelationship]:
        """Return the same for each."""
        return [FOLLOWED] * len(keys)
