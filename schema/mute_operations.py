"""The queries and mutations of mutes and close friends."""

from typing import Annotated

import strawberry

import resolvers.mutes
from graph.rows import mutes as rows
from schema.fields import Info
from schema.mutes import (
    AddCloseFriendInput,
    AddCloseFriendPayload,
    MutedTopicConnection,
    MuteInput,
    MutePayload,
    MuteTopicInput,
    MuteTopicPayload,
    RemoveCloseFriendInput,
    RemoveCloseFriendPayload,
    UnmuteInput,
    UnmutePayload,
    UnmuteTopicInput,
    UnmuteTopicPayload,
)
from schema.pages import After, First
from schema.people import UserConnection
from services.mutes.topics import TOPICS_MAX

_ARGUMENT = strawberry.argument(description="The arguments.")


@strawberry.type
class MuteQueries:
    """Part of `Query`."""

    @strawberry.field(
        description="Those whom the viewer mutes, newest first, without mutes that have ended. Needs a viewer."
    )
    async def muted_users(self, info: Info, first: First = 20, after: After = None) -> UserConnection | None:
        """Page through muted people."""
        return await resolvers.mutes.muted_people(info.context, first, after)  # type: ignore[return-value]

    @strawberry.field(
        description="The words, hashtags and threads that the viewer mutes, newest first, without mutes that have ended. "
        "Needs a viewer."
    )
    async def muted_topics(self, info: Info, first: First = 20, after: After = None) -> MutedTopicConnection | None:
        """Page through muted topics."""
        return await resolvers.mutes.muted_topics(info.context, first, after)  # type: ignore[return-value]

    @strawberry.field(description="The viewer's close friends, newest first. Needs a viewer.")
    async def close_friends(self, info: Info, first: First = 20, after: After = None) -> UserConnection | None:
        """Page through close friends."""
        return await resolvers.mutes.close_friends(info.context, first, after)  # type: ignore[return-value]


@strawberry.type
class MuteMutations:
    """Part of `Mutation`."""

    @strawberry.mutation(
        description="Mute a person: what they post is not on the viewer's home timeline, and they are not suggested. They are "
        "not told, and nothing else changes. A second time replaces the first."
    )
    async def mute(self, info: Info, input: Annotated[MuteInput, _ARGUMENT]) -> MutePayload | None:
        """Mute."""
        user = await resolvers.mutes.mute(
            info.context, input.user_id, input.expires_at, reposts_only=input.reposts_only
        )
        return MutePayload(user=user)  # type: ignore[arg-type]

    @strawberry.mutation(description="Mute a person no longer; twice is as good as once.")
    async def unmute(self, info: Info, input: Annotated[UnmuteInput, _ARGUMENT]) -> UnmutePayload | None:
        """Unmute."""
        user = await resolvers.mutes.unmute(info.context, input.user_id)
        return UnmutePayload(user=user)  # type: ignore[arg-type]

    @strawberry.mutation(
        description="Mute a word or phrase, a hashtag or a thread: posts of others with it are not on the viewer's home "
        f"timeline. Up to {TOPICS_MAX} at a time; one more is a CONFLICT."
    )
    async def mute_topic(self, info: Info, input: Annotated[MuteTopicInput, _ARGUMENT]) -> MuteTopicPayload | None:
        """Mute a topic."""
        kind = rows.TopicKind[input.kind.name]
        topic = await resolvers.mutes.mute_topic(info.context, kind, input.value, input.expires_at)
        return MuteTopicPayload(topic=topic)  # type: ignore[arg-type]

    @strawberry.mutation(description="Mute a topic no longer. NOT_FOUND where the viewer mutes no such topic.")
    async def unmute_topic(self, info: Info, input: Annotated[UnmuteTopicInput, _ARGUMENT]) -> UnmuteTopicPayload | None:
        """Unmute a topic."""
        await resolvers.mutes.unmute_topic(info.context, input.topic_id)
        return UnmuteTopicPayload(unmuted_topic_id=input.topic_id)

    @strawberry.mutation(
        description="Make a person a close friend: they see the viewer's posts for close friends. They are not told. Twice is "
        "as good as once."
    )
    async def add_close_friend(
        self, info: Info, input: Annotated[AddCloseFriendInput, _ARGUMENT]
    ) -> AddCloseFriendPayload | None:
        """Add."""
        user = await resolvers.mutes.add_close_friend(info.context, input.user_id)
        return AddCloseFriendPayload(user=user)  # type: ignore[arg-type]

    @strawberry.mutation(
        description="Take a person out of the close friends: they see posts for close friends no longer, from this moment. "
        "Twice is as good as once."
    )
    async def remove_close_friend(
        self, info: Info, input: Annotated[RemoveCloseFriendInput, _ARGUMENT]
    ) -> RemoveCloseFriendPayload | None:
        """Remove."""
        user = await resolvers.mutes.remove_close_friend(info.context, input.user_id)
        return RemoveCloseFriendPayload(user=user)  # type: ignore[arg-type]
