"""An endless series of operations of every kind, in the proportions of a busy server, the same each time."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

POST_FIELDS = ("id", "text", "createdAt", "likeCount", "replyCount", "repostCount", "lang", "viewerHasLiked")
USER_FIELDS = ("id", "handle", "displayName", "avatarUrl", "bio", "followerCount", "verified")
KNOWN = 50
"""Documents of a frontend, requested again and again."""
LARGEST_PAGE = 10
LAST_OF = 100
"""Fresh documents are requested once more after so many others."""


@dataclass(frozen=True, slots=True)
class MixedRequest:
    """One request. `odd` meets a row that breaks the schema's promise; `abandoned` is cancelled as it runs."""

    text: str
    variables: Mapping[str, object] = field(default_factory=dict)
    odd: bool = False
    abandoned: bool = False


class Mix:
    """Makes requests at random."""

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
            self._odd: 3,
            self._refused: 2,
            self._invalid: 1,
            self._abandoned: 3,
        }

    def __iter__(self) -> Iterator[MixedRequest]:
        """Yield requests without end."""
        kinds, weights = list(self._kinds), list(self._kinds.values())
        while True:
            (kind,) = self._random.choices(kinds, weights)
            yield kind()

    def fresh_twice(self) -> Iterator[MixedRequest]:
        """Yield a new document twice, so that it is compiled and fills caches."""
        request = self._fresh()
        yield request
        yield request

    def _usual(self) -> MixedRequest:
        return MixedRequest(self._random.choice(self._known), self._page())

    def _with_choices(self) -> MixedRequest:
        text = (
            "query Choose($first: Int!, $long: Boolean!, $bare: Boolean!) { homeTimeline(first: $first) { edges { node {"
            " id text @include(if: $long) author @skip(if: $bare) { ...Long @include(if: $long) handle } } } } }"
            " fragment Long on User { bio displayName }"
        )
        choices = {"long": self._random.random() < 0.5, "bare": self._random.random() < 0.5}  # noqa: PLR2004 (a coin)
        return MixedRequest(text, self._page() | choices)

    def _mutation(self) -> MixedRequest:
        text = "mutation Like($id: ID!) { like(id: $id) { id likeCount viewerHasLiked author { handle } } }"
        return MixedRequest(text, {"id": f"p{self._random.randrange(10)}"})

    def _subscription(self) -> MixedRequest:
        return MixedRequest("subscription Written { written(times: 3) { id text author { id handle } } }")

    def _fresh(self) -> MixedRequest:
        text = self._document()
        self._again.append(text)
        return MixedRequest(text, self._page())

    def _once_more(self) -> MixedRequest:
        if len(self._again) < LAST_OF:
            return self._usual()
        text = self._again.pop(0)
        return MixedRequest(text, self._page())

    def _odd(self) -> MixedRequest:
        return MixedRequest(self._random.choice(self._known), self._page(), odd=True)

    def _refused(self) -> MixedRequest:
        return MixedRequest(self._random.choice(self._known), {"first": f"number {self._random.random()}"})

    def _invalid(self) -> MixedRequest:
        self._made += 1
        return MixedRequest(f"{{ homeTimeline(first: 1) {{ nothing{self._made} }} }}")

    def _abandoned(self) -> MixedRequest:
        return MixedRequest(self._random.choice(self._known), self._page(), abandoned=True)

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
