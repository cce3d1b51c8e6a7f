"""Operations of every kind in the proportions of a busy server, the same each time: what is asked next, without end."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

POST_FIELDS = ("id", "text", "createdAt", "likeCount", "replyCount", "repostCount", "lang", "viewerHasLiked")
USER_FIELDS = ("id", "handle", "displayName", "avatarUrl", "bio", "followerCount", "verified")
KNOWN = 50
"""Documents of a frontend, asked for again and again."""
LARGEST_PAGE = 10
LAST_OF = 100
"""Fresh documents are asked for once more after so many others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `spoilt` meets a row that breaks the schema's promise; `abandoned` is cancelled as it runs."""

    text: str
    variables: Mapping[str, object] = field(default_factory=dict)
    invalidated: bool = False
    abandoned: bool = False


class Mix:
    """Makes requests by lot."""

    def __init__(self, seed: int = 7) -> None:
        """Choose the known documents."""
        self._random = random.Random(seed)
        self._made = 0
        self._known = [self._document() for _ in range(KNOWN)]
        self._again: list[str] = []
        self._kinds = {
            self._usual: 70,
            self._with_choices: 10,
            self._mutation: 5,
            self._subscription: 2,
            self._fresh: 2,
            self._once_more: 2,
            self._invalidated: 3,
            self._refused: 2,
            self._invalid: 1,
            self._abandoned: 3,
        }

    def __iter__(self) -> Iterator[Asked]:
        """Give requests for ever."""
        kinds, weights = list(self._kinds), list(self._kinds.values())
        while True:
            (kind,) = self._random.choices(kinds, weights)
            yield kind()

    def fresh_twice(self) -> Iterator[Asked]:
        """Give a document that was never asked for, and again: what fills caches."""
        asked = self._fresh()
        yield asked
        yield asked

    def _usual(self) -> Asked:
        return Asked(self._random.choice(self._known), self._page())

    def _with_choices(self) -> Asked:
        text = (
            "query Choose($first: Int!, $long: Boolean!, $bare: Boolean!) { homeTimeline(first: $first) { edges { node {"
            " id text @include(if: $long) author @skip(if: $bare) { ...Long @include(if: $long) handle } } } } }"
            " fragment Long on User { bio displayName }"
        )
        choices = {"long": self._random.random() < 0.5, "bare": self._random.random() < 0.5}  # noqa: PLR2004 (a coin)
        return Asked(text, self._page() | choices)

    def _mutation(self) -> Asked:
        text = "mutation Like($id: ID!) { like(id: $id) { id likeCount viewerHasLiked author { handle } } }"
        return Asked(text, {"id": f"p{self._random.randrange(10)}"})

    def _subscription(self) -> Asked:
        return Asked("subscription Written { written(times: 3) { id text author { id handle } } }")

    def _fresh(self) -> Asked:
        text = self._document()
        self._again.append(text)
        return Asked(text, self._page())

    def _once_more(self) -> Asked:
        if len(self._again) < LAST_OF:
            return self._usual()
        text = self._again.pop(0)
        return Asked(text, self._page())

    def _invalidated(self) -> Asked:
        return Asked(self._random.choice(self._known), self._page(), invalidated=True)

    def _refused(self) -> Asked:
        return Asked(self._random.choice(self._known), {"first": f"number {self._random.random()}"})

    def _invalid(self) -> Asked:
        self._made += 1
        return Asked(f"{{ homeTimeline(first: 1) {{ nothing{self._made} }} }}")

    def _abandoned(self) -> Asked:
        return Asked(self._random.choice(self._known), self._page(), abandoned=True)

    def _page(self) -> dict[str, object]:
        return {"first": self._random.randint(1, LARGEST_PAGE)}

    def _document(self) -> str:
        """Write a document that was never written before."""
        self._made += 1
        post, user = (" ".join(self._some(fields)) for fields in (POST_FIELDS, USER_FIELDS))
        return (
            f"query Page($first: Int!) {{ made{self._made}: homeTimeline(first: $first) {{ edges {{ cursor node {{"
            f" {post} author {{ ...Author }} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
            f" fragment Author on User {{ {user} }}"
        )

    def _some(self, fields: tuple[str, ...]) -> list[str]:
        return self._random.sample(fields, self._random.randint(2, len(fields)))
