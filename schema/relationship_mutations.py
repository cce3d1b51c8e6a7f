"""The mutations of relationships: following, asking to follow, blocking."""

from typing import Annotated, Any

import strawberry

from resolvers import relationships
from schema.fields import Info
from schema.relationships import (
    AcceptFollowRequestInput,
    AcceptFollowRequestPayload,
    BlockInput,
    BlockPayload,
    CancelFollowRequestInput,
    CancelFollowRequestPayload,
    FollowInput,
    FollowPayload,
    RefuseFollowRequestInput,
    RefuseFollowRequestPayload,
    RemoveFollowerInput,
    RemoveFollowerPayload,
    UnblockInput,
    UnblockPayload,
    UnfollowInput,
    UnfollowPayload,
)

_ARGUMENT = strawberry.argument(description="The arguments.")


@strawberry.type
class RelationshipMutations:
    """Part of `Mutation`."""

    @strawberry.mutation(
        description="Follow a person; their newest posts are on the viewer's timeline at once. Somebody private is asked "
        "instead, and decides."
    )
    async def follow(self, info: Info, input: Annotated[FollowInput, _ARGUMENT]) -> FollowPayload | None:
        """Follow."""
        user: Any
        viewer: Any
        user, viewer, waits = await relationships.follow(info.context, input.user_id)
        return FollowPayload(user=user, viewer=viewer, requested=waits)

    @strawberry.mutation(description="Stop following a person. Their posts leave the viewer's timeline at once.")
    async def unfollow(self, info: Info, input: Annotated[UnfollowInput, _ARGUMENT]) -> UnfollowPayload | None:
        """Unfollow."""
        user: Any
        viewer: Any
        user, viewer = await relationships.unfollow(info.context, input.user_id)
        return UnfollowPayload(user=user, viewer=viewer)

    @strawberry.mutation(
        description="Let a follower follow the viewer no longer. They are not told, and may follow or ask again."
    )
    async def remove_follower(
        self, info: Info, input: Annotated[RemoveFollowerInput, _ARGUMENT]
    ) -> RemoveFollowerPayload | None:
        """Remove a follower."""
        user: Any
        viewer: Any
        user, viewer = await relationships.remove_follower(info.context, input.user_id)
        return RemoveFollowerPayload(user=user, viewer=viewer)

    @strawberry.mutation(description="Take a request to follow somebody back; twice is as good as once.")
    async def cancel_follow_request(
        self, info: Info, input: Annotated[CancelFollowRequestInput, _ARGUMENT]
    ) -> CancelFollowRequestPayload | None:
        """Cancel."""
        user: Any
        user, _ = await relationships.cancel_request(info.context, input.user_id)
        return CancelFollowRequestPayload(user=user)

    @strawberry.mutation(
        description="Let somebody who asks follow the viewer; twice is as good as once. NOT_FOUND if they do not ask any more."
    )
    async def accept_follow_request(
        self, info: Info, input: Annotated[AcceptFollowRequestInput, _ARGUMENT]
    ) -> AcceptFollowRequestPayload | None:
        """Accept."""
        user: Any
        viewer: Any
        user, viewer = await relationships.accept_request(info.context, input.user_id)
        return AcceptFollowRequestPayload(user=user, viewer=viewer)

    @strawberry.mutation(description="Refuse a request; they are not told, and may ask again. Twice is as good as once.")
    async def refuse_follow_request(
        self, info: Info, input: Annotated[RefuseFollowRequestInput, _ARGUMENT]
    ) -> RefuseFollowRequestPayload | None:
        """Refuse."""
        user: Any
        user, _ = await relationships.refuse_request(info.context, input.user_id)
        return RefuseFollowRequestPayload(user=user)

    @strawberry.mutation(
        description="Block a person: neither sees the other anywhere any more, and follows, requests and close friendships "
        "between the two end. They are not told. Twice is as good as once."
    )
    async def block(self, info: Info, input: Annotated[BlockInput, _ARGUMENT]) -> BlockPayload | None:
        """Block."""
        user: Any
        viewer: Any
        user, viewer = await relationships.block(info.context, input.user_id)
        return BlockPayload(user=user, viewer=viewer)

    @strawberry.mutation(
        description="Block a person no longer; what the block ended does not come back. NOT_FOUND of whom the viewer neither "
        "blocks nor may see."
    )
    async def unblock(self, info: Info, input: Annotated[UnblockInput, _ARGUMENT]) -> UnblockPayload | None:
        """Unblock."""
        user: Any
        viewer: Any
        user, viewer = await relationships.unblock(info.context, input.user_id)
        return UnblockPayload(user=user, viewer=viewer)
