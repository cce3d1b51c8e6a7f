"""What an event says, typed: one class for each shape of payload in `docs/architecture.md`.

`PostCreated.of(event)` reads what `facts.post_created` wrote. A field's name is the payload's in snake case.
"""

from collections.abc import Sequence
from typing import Self

from pydantic import ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from graph.outbox import OutboxEvent
from graph.rows.posts import Audience, Delivery
from services.events.stream import MalformedEvent

SPELLING = ConfigDict(alias_generator=to_camel)


@dataclass(frozen=True, slots=True, config=SPELLING)
class Payload:
    """How each of them is read: by its names in the payload, and checked."""

    @classmethod
    def of(cls, event: OutboxEvent) -> Self:
        """Read the payload of an event.

        Raises:
            MalformedEvent: a field is missing or of another type; the event is set aside without further attempts.

        """
        try:
            return cls(**event.payload)
        except ValidationError as error:
            wrong = ", ".join(str(part["loc"][0]) for part in error.errors())
            raise MalformedEvent(f"{event.type} with a wrong or missing {wrong}") from error


@dataclass(frozen=True, slots=True, config=SPELLING)
class PersonChanged(Payload):
    """Payload of `user.created`."""

    user_id: str


@dataclass(frozen=True, slots=True, config=SPELLING)
class PersonUpdated(Payload):
    """Payload of `user.updated`, `user.opened` and `muted_topics.changed`."""

    user_id: str
    user_key: int


@dataclass(frozen=True, slots=True, config=SPELLING)
class FollowChanged(Payload):
    """Payload of `follow.created`, `follow.deleted`, `follow.requested` and `follow.request_ended`."""

    follower_id: str
    follower_key: int
    followed_id: str
    followed_key: int


@dataclass(frozen=True, slots=True, config=SPELLING)
class PairChanged(Payload):
    """Payload of `user.blocked`, `user.unblocked` and others of two people: the actor did something about the target."""

    actor_id: str
    actor_key: int
    target_id: str
    target_key: int


@dataclass(frozen=True, slots=True, config=SPELLING)
class PostCreated(Payload):
    """Payload of `post.created`; `home` tells whether it belongs on home timelines."""

    post_id: str
    author_id: str
    author_key: int
    home: bool
    delivery: Delivery
    reply_to_id: str | None
    root_id: str | None
    audience: Audience = Audience.PUBLIC
    mention_ids: Sequence[str] = ()
    media_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, config=SPELLING)
class PostUpdated(Payload):
    """Payload of `post.updated`: who may see it changed from `was_audience`, or who may reply to it."""

    post_id: str
    author_id: str
    author_key: int
    home: bool
    audience: Audience
    was_audience: Audience
    mention_ids: Sequence[str]
    reply_to_id: str | None


@dataclass(frozen=True, slots=True, config=SPELLING)
class PostDeleted(Payload):
    """Payload of `post.deleted`."""

    post_id: str
    author_id: str
    author_key: int
    reply_to_id: str | None
    audience: Audience = Audience.PUBLIC
    mention_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, config=SPELLING)
class LikeChanged(Payload):
    """Payload of `post.liked` and `post.unliked`; `user_id` is who likes."""

    post_id: str
    author_id: str
    user_id: str
    user_key: int


@dataclass(frozen=True, slots=True, config=SPELLING)
class PictureChanged(Payload):
    """Payload of `media.uploaded`, `media.ready` and `media.refused`."""

    media_id: str
    owner_id: str
