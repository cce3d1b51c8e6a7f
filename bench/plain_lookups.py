"""Lookups of the plain application: one query per value, or one query per field of a whole page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from neo4j import AsyncDriver
from strawberry.dataloader import DataLoader

from graph.ids import LAST
from graph.queries import Catalogue

Row: TypeAlias = Sequence[Any]
Rows: TypeAlias = Callable[[list[str]], Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class PlainQueries:
    """The queries of the application for one viewer, with the driver used as in its manual."""

    driver: AsyncDriver
    catalogue: Catalogue
    viewer: int

    async def home(self, limit: int) -> list[Row]:
        """Return posts as id, author's id, text, time."""
        return await self._rows("plain/home", viewer=self.viewer, below=LAST, limit=limit)

    async def authors(self, ids: list[str]) -> list[Row]:
        """Return people as id, username, display name, picture."""
        return await self._rows("plain/authors", ids=ids)

    async def counts(self, ids: list[str]) -> list[Row]:
        """Return the numbers of likes and replies of posts."""
        return await self._rows("plain/counts", ids=ids)

    async def liked(self, ids: list[str]) -> list[Row]:
        """Return for each post whether the viewer likes it."""
        return await self._rows("plain/liked", viewer=self.viewer, ids=ids)

    async def _rows(self, name: str, **params: object) -> list[Row]:
        async with self.driver.session(database="neo4j") as session:
            record = await (await session.run(self.catalogue[name].text, params)).single()
            return list(record[0]) if record else []


class Look:
    """A lookup by id."""

    async def up(self, id_: str) -> Row:
        """Return the row of an id."""
        raise NotImplementedError(id_)


@dataclass(frozen=True, slots=True)
class OneByOne(Look):
    """Runs one query for each id."""

    rows: Rows

    async def up(self, id_: str) -> Row:
        """Run the query for this id."""
        return (await self.rows([id_]))[0]


@dataclass(frozen=True, slots=True)
class Gathered(Look):
    """Runs one query for all ids of the page, with Strawberry's loader."""

    rows: Rows
    loader: DataLoader[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        """Create the loader of this request."""
        object.__setattr__(self, "loader", DataLoader(self._load))

    async def up(self, id_: str) -> Row:
        """Load the row together with others."""
        return await self.loader.load(id_)

    async def _load(self, ids: list[str]) -> list[Row]:
        found = {row[0]: row for row in await self.rows(ids)}
        return [found[id_] for id_ in ids]
