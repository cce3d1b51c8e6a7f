"""A schema with every kind of field, over rows in memory that a test may make odd."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Annotated, Any, NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from cached_json import CachesJson
from errors import NotFound
from execution.declarations import HOW, Call, RowsOf
from loaders.loader import Loader, OptionalLoader
from schema.fields import attribute, by_key, by_keys, computed, global_id
from schema.scalars import DATE_TIME

NOON = datetime(2026, 1, 2, 12, 0, 0, 120, tzinfo=UTC)


@dataclass(slots=True)
class PersonRow(CachesJson):
    id: Any
    name: Any
    nick: Any
    age: Any
    score: Any
    height: Any
    brave: Any
    born: Any
    mood: Any
    moods: Any
    tags: Any
    grid: Any
    hue: Any
    best_id: Any
    friend_ids: Any
    pet_ids: Any
    home: Any


@dataclass(slots=True)
class HomeRow:
    street: Any
    rooms: Any


@dataclass(slots=True)
class DogRow:
    id: Any
    name: Any
    loud: Any
    owner_id: Any


@dataclass(slots=True)
class CatRow:
    id: Any
    name: Any
    lives: Any


@dataclass(slots=True)
class World:
    """The rows, what fails, and what happened."""

    people: dict[str, Any] = field(default_factory=dict)
    pets: dict[str, Any] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    """Names of loaders and fields that fail."""
    happened: list[str] = field(default_factory=list)
    fetched: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    def fail(self, name: str) -> None:
        if name in self.failing:
            raise NotFound(name)


def user(number: int, **changes: Any) -> PersonRow:
    values: dict[str, Any] = {
        "id": f"p{number}",
        "name": f"Person {number}",
        "nick": None if number % 2 else f"nick{number}",
        "age": 20 + number,
        "score": number,
        "height": 1.5 + number,
        "brave": number % 2 == 0,
        "born": NOON + timedelta(days=number),
        "mood": Mood.CALM if number % 2 else Mood.MERRY,
        "moods": [Mood.CALM],
        "tags": ["a", 'ü\u2028"\\'],
        "grid": [[1, None], None, []],
        "hue": (number, 2, 3),
        "best_id": f"p{(number + 1) % 4}" if number % 3 else None,
        "friend_ids": [f"p{(number + 1) % 4}", "nobody", f"p{(number + 2) % 4}"],
        "pet_ids": ("d1", "c1", "gone"),
        "home": HomeRow(f"Street {number}", [1, 2]),
    }
    return PersonRow(**(values | changes))


def small_world() -> World:
    return World(
        {f"p{number}": user(number) for number in range(4)},
        {
            "d1": DogRow("d1", "Rex", loud=True, owner_id="p1"),
            "c1": CatRow("c1", "Tom", 9),
            "d2": DogRow("d2", "Ida", loud=False, owner_id=None),
        },
    )


class PeopleById(OptionalLoader[str, Any]):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Any]:
        self.world.fetched.append(("people", tuple(keys)))
        await asyncio.sleep(0)
        self.world.fail("people")
        return {key: self.world.people[key] for key in keys if key in self.world.people}


class PetsById(OptionalLoader[str, Any]):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Any]:
        self.world.fetched.append(("pets", tuple(keys)))
        await asyncio.sleep(0)
        self.world.fail("pets")
        return {key: self.world.pets[key] for key in keys if key in self.world.pets}


class LikesById(Loader[str, bool]):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        self.world.fetched.append(("liked", tuple(keys)))
        self.world.fail("liked")
        return {key: True for key in keys if key == "p1"}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        return False


class ToyLoaders:
    def __init__(self, world: World) -> None:
        self.people, self.pets, self.liked = PeopleById(world), PetsById(world), LikesById(world)


class ToyContext:
    def __init__(self, world: World) -> None:
        self.world = world
        self.forget()

    def forget(self) -> None:
        self.loaders = ToyLoaders(self.world)

    async def admitted(self) -> None:
        """Let everybody in."""

    def for_operation(self) -> "ToyContext":
        return ToyContext(self.world)


Info = strawberry.Info[ToyContext, None]
REX, ANA = strawberry.ID("d1"), strawberry.ID("p1")
Hue = NewType("Hue", tuple[int, int, int])


@strawberry.enum
class Mood(Enum):
    CALM = "calm"
    MERRY = "merry"
    GLUM = 3


@strawberry.interface
class Named:
    id: strawberry.ID = attribute("Id.")
    name: str = attribute("Name.")


@strawberry.type
class Home:
    street: str = attribute("Street.")
    rooms: list[int] | None = attribute("Rooms.")


@strawberry.type
class Dog(Named):
    loud: bool = attribute("Loud.")
    owner: "Person | None" = by_key("people", "owner_id", "Owner.")

    is_type_of = RowsOf(DogRow)


@strawberry.type
class Cat(Named):
    lives: int = attribute("Lives.")

    is_type_of = RowsOf(CatRow)


def _shouted(row: Any, context: Any) -> str:
    context.world.fail("loud")
    return str(row.name.upper())


Pet = Annotated[Dog | Cat, strawberry.union("Pet")]


@strawberry.input
class Near:
    tag: str
    within: int = 3
    moods: list[Mood] = strawberry.field(default_factory=list)


@strawberry.type
class Person(Named):
    id: strawberry.ID = global_id("Person")
    nick: str | None = attribute("Nick.")
    alias: str | None = attribute("Nick by another name.", "nick")
    street: str | None = attribute("Dotted.", "home.street")
    age: int | None = attribute("Age.")
    score: int = attribute("Score.")
    height: float | None = attribute("Height.")
    brave: bool = attribute("Brave.")
    born: datetime | None = attribute("Born.")
    mood: Mood = attribute("Mood.")
    moods: list[Mood] | None = attribute("Moods.")
    tags: list[str] = attribute("Tags.")
    grid: list[list[int | None] | None] | None = attribute("Grid.")
    hue: Hue | None = attribute("Hue.")
    home: Home | None = attribute("Home.")
    best: "Person | None" = by_key("people", "best_id", "Best friend.")
    sure: "Person" = by_key("people", "best_id", "Best friend, for sure.")
    best_name: str | None = by_key("people", "best_id", "Name of the best friend.", shown="name")
    best_age: int | None = by_key("people", "best_id", "Age of the best friend.", shown="age")
    best_home: Home | None = by_key("people", "best_id", "Home of the best friend.", shown="home")
    best_shouted: str | None = by_key("people", "best_id", "Loud name of the best friend.", shown=_shouted)
    sure_name: str = by_key("people", "best_id", "Name of the best friend, for sure.", shown="name")
    friends: list["Person"] = by_keys("people", "friend_ids", "Friends.")
    pets: list[Pet] = by_keys("pets", "pet_ids", "Pets.")
    liked: bool = by_key("liked", "id", "Liked.")
    loud: str = computed(_shouted, "Loud.")

    @strawberry.field(metadata={HOW: Call()})  # type: ignore[untyped-decorator]
    async def near(self, info: Info, first: int = 2, tag: str | None = "t", where: Near | None = None) -> list["Person"]:
        world = info.context.world
        world.happened.append(f"near {self.id} {first} {tag} {where}")
        await asyncio.sleep(0)
        world.fail("near")
        return list(world.people.values())[:first]

    @strawberry.field(metadata={HOW: Call()})  # type: ignore[untyped-decorator]
    def called(self, info: Info, how_often: int = 1, ending: str | None = "!", at_all: bool | None = None) -> str | None:
        info.context.world.fail("called")
        return f"{info.field_name} {self.name}{ending}" * how_often if at_all is not False else None

    @strawberry.field(metadata={HOW: Call()})  # type: ignore[untyped-decorator]
    async def called_back(root: Any, times: strawberry.ID = ANA) -> str:  # noqa: N805 - Strawberry gives the row by this name
        await asyncio.sleep(0)
        return f"{root.name} {times}"

    @strawberry.field
    def whispered(self) -> str:
        return f"psst {self.name}"

    is_type_of = RowsOf(PersonRow)


@strawberry.type
class Query:
    @strawberry.field
    async def people(self, info: Info, first: int = 3, mood: Mood | None = None) -> list[Person]:
        world = info.context.world
        world.happened.append(f"people {first} {mood}")
        await asyncio.sleep(0)
        world.fail("people field")
        return list(world.people.values())[:first]

    @strawberry.field
    async def maybe(self, info: Info, id: strawberry.ID) -> Person | None:
        return await info.context.loaders.people.one(id)

    @strawberry.field
    async def named(self, info: Info, ids: list[strawberry.ID]) -> list[Named | None]:
        world = info.context.world
        return [world.people.get(id_, world.pets.get(id_)) for id_ in ids]

    @strawberry.field
    def pet(self, info: Info, id: strawberry.ID = REX) -> Pet | None:
        info.context.world.fail("pet")
        return info.context.world.pets.get(id)

    @strawberry.field
    def echo(self, where: Near | None = None, moods: list[Mood] | None = None, number: int | None = 7) -> str:
        return repr((where, moods, number))

    @strawberry.field
    async def waits(self, info: Info) -> str:
        assert info.context.world.gate is not None
        try:
            await info.context.world.gate.wait()
        finally:
            info.context.world.happened.append("left")
        return "done"

    @strawberry.field
    async def fails(self) -> str | None:
        await asyncio.sleep(0)
        raise NotFound("thing")


@strawberry.type
class Changed:
    person: Person | None
    score: int


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def raise_score(self, info: Info, id: strawberry.ID = ANA, by: int = 1) -> Changed:
        world = info.context.world
        await asyncio.sleep(0)
        row = world.people[id] = replace(world.people[id], score=world.people[id].score + by)
        world.happened.append(f"raised {id} {row.score}")
        info.context.forget()
        return Changed(person=row, score=row.score)

    @strawberry.mutation
    async def fail(self, info: Info) -> Changed | None:
        info.context.world.happened.append("failed")
        raise NotFound("thing")

    @strawberry.mutation
    def fail_hard(self, info: Info) -> Changed:
        info.context.world.happened.append("failed hard")
        raise NotFound("thing")


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def met(self, info: Info, times: int = 2) -> AsyncIterator[Person]:
        world = info.context.world
        for at in range(times):
            world.happened.append(f"met {at}")
            yield world.people[f"p{at}"]
        world.fail("met")


def _rgb(hue: tuple[int, int, int]) -> list[int]:
    red, green, blue = hue
    return [red, green, blue]


schema = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    types=[Dog, Cat],
    config=StrawberryConfig(
        scalar_map={datetime: DATE_TIME, Hue: strawberry.scalar(name="Hue", serialize=_rgb, parse_value=tuple)},
    ),
)

ODD: dict[str, list[Any]] = {
    "name": [None, 5, 1.5, True, b"x", Mood.CALM, ValueError("x"), "\ud800"],
    "nick": [None, 5, ["x"], {"a": 1}],
    "age": [None, True, 2**31, -(2**31) - 1, 2**31 - 1, 1.0, 1.5, "7", "x"],
    "score": [None, 2**31, False, 3.0],
    "height": [None, 1, float("nan"), float("inf"), "2.5", True, 10**400],
    "brave": [None, 0, 1.5, "true", float("nan")],
    "born": [
        None,
        datetime(2026, 1, 1),  # noqa: DTZ001 - odd on purpose
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        datetime(1, 1, 1, tzinfo=UTC),
        "2026-01-01",
        5,
    ],
    "mood": [None, "calm", "merry", 3, 3.0, "nonsense", [], Mood.GLUM],
    "moods": [None, [], [None], ["calm"], [Mood.GLUM, "x"], "calm", (Mood.CALM,)],
    "tags": [None, [], ("a", "b"), [None], [1], "ab", {"a"}, iter(["a"])],
    "grid": [None, [], [[]], [[1, 2], [2**31]], [(1,)], [1], [[None]]],
    "hue": [None, (1, 2), 5, [1, 2, 3]],
    "home": [None, HomeRow(None, [1]), HomeRow("s", None), HomeRow("s", [None]), 5, ValueError("home")],
    "best_id": [None, "nobody", "p0", 5],
    "friend_ids": [None, [], ["p1"], ("nobody",), ["p1", "p1"]],
    "pet_ids": [None, (), ("d1", "d2", "c1")],
    "id": ["p9", 5],
}
"""Values that a row should not have, or seldom has."""
