"""The root of mutations: one input, one payload each."""

from typing import Annotated, Any

import strawberry

from resolvers import writes
from schema.accounts import (
    LogInInput,
    LogInPayload,
    Session,
    SignUpInput,
    SignUpPayload,
    UpdateProfileInput,
    UpdateProfilePayload,
)
from schema.fields import Info
from schema.mute_operations import MuteMutations
from schema.posts import audience_of, reply_rule_of
from schema.privacy import PrivacyMutations
from schema.relationship_mutations import RelationshipMutations
from schema.writing import (
    CompleteUploadInput,
    CompleteUploadPayload,
    CreatePostInput,
    CreatePostPayload,
    DeletePostInput,
    DeletePostPayload,
    LikePostInput,
    LikePostPayload,
    RequestUploadInput,
    RequestUploadPayload,
    SetPostAudienceInput,
    SetPostAudiencePayload,
    UnlikePostInput,
    UnlikePostPayload,
    UploadField,
)
from services.accounts.viewer import SignedIn

_ARGUMENT = strawberry.argument(description="The arguments.")


def _session(signed_in: SignedIn) -> Session:
    row: Any = signed_in.user
    return Session(user=row, access_token=signed_in.access.token, expires_at=signed_in.access.expires_at)


@strawberry.type(
    description="Everything that can be changed. All but signUp and logIn need a viewer. A field is null only beside an "
    "error of its own, so that one that fails leaves the others their answers."
)
class Mutation(RelationshipMutations, MuteMutations, PrivacyMutations):
    """Mutations."""

    @strawberry.mutation(description="Make an account and sign in.")
    async def sign_up(self, info: Info, input: Annotated[SignUpInput, _ARGUMENT]) -> SignUpPayload | None:
        """Make an account."""
        found = await writes.sign_up(info.context, input.username, input.email, input.password, input.display_name)
        return SignUpPayload(session=_session(found))

    @strawberry.mutation(description="Sign in. Too many failures are answered with RATE_LIMITED.")
    async def log_in(self, info: Info, input: Annotated[LogInInput, _ARGUMENT]) -> LogInPayload | None:
        """Sign in."""
        return LogInPayload(session=_session(await writes.log_in(info.context, input.login, input.password)))

    @strawberry.mutation(description="Change the viewer's profile; it is seen everywhere at once.")
    async def update_profile(self, info: Info, input: Annotated[UpdateProfileInput, _ARGUMENT]) -> UpdateProfilePayload | None:
        """Change a profile."""
        given = {name: value for name, value in vars(input).items() if value is not strawberry.UNSET}
        user: Any = await writes.update_profile(info.context, given)
        return UpdateProfilePayload(user=user)

    @strawberry.mutation(
        description="Write a post or a reply. A reply is FORBIDDEN where the author of what it answers lets only others reply."
    )
    async def create_post(self, info: Info, input: Annotated[CreatePostInput, _ARGUMENT]) -> CreatePostPayload | None:
        """Post."""
        new = writes.NewPost(
            input.text,
            input.reply_to_id,
            input.media_ids,
            input.lang,
            audience_of(input.audience),
            reply_rule_of(input.replies),
        )
        post: Any = await writes.create_post(info.context, new)
        return CreatePostPayload(post=post)

    @strawberry.mutation(
        description="Change who may see one of the viewer's posts, and who may reply to it. Whoever is left out does not find "
        "it any more, from this moment; replies to it stay."
    )
    async def set_post_audience(
        self, info: Info, input: Annotated[SetPostAudienceInput, _ARGUMENT]
    ) -> SetPostAudiencePayload | None:
        """Change an audience."""
        audience, replies = audience_of(input.audience), reply_rule_of(input.replies)
        post: Any = await writes.set_audience(info.context, input.post_id, audience, replies)
        return SetPostAudiencePayload(post=post)

    @strawberry.mutation(description="Delete one of the viewer's posts. Replies to it stay.")
    async def delete_post(self, info: Info, input: Annotated[DeletePostInput, _ARGUMENT]) -> DeletePostPayload | None:
        """Delete."""
        await writes.delete_post(info.context, input.post_id)
        return DeletePostPayload(deleted_post_id=input.post_id)

    @strawberry.mutation(description="Like a post; twice is as good as once.")
    async def like_post(self, info: Info, input: Annotated[LikePostInput, _ARGUMENT]) -> LikePostPayload | None:
        """Like."""
        post: Any = await writes.like(info.context, input.post_id)
        return LikePostPayload(post=post)

    @strawberry.mutation(description="Take a like back; twice is as good as once.")
    async def unlike_post(self, info: Info, input: Annotated[UnlikePostInput, _ARGUMENT]) -> UnlikePostPayload | None:
        """Unlike."""
        post: Any = await writes.unlike(info.context, input.post_id)
        return UnlikePostPayload(post=post)

    @strawberry.mutation(description="Get an address to upload a picture to, straight to the store.")
    async def request_upload(self, info: Info, input: Annotated[RequestUploadInput, _ARGUMENT]) -> RequestUploadPayload | None:
        """Announce an upload."""
        picture: Any
        picture, target = await writes.request_upload(info.context, input.content_type, input.size, input.alt)
        fields = [UploadField(name=name, value=value) for name, value in target.fields.items()]
        return RequestUploadPayload(picture=picture, url=target.url, fields=fields, expires_at=target.expires_at)

    @strawberry.mutation(description="Say that a picture is uploaded, so that it is checked and its sizes are made.")
    async def complete_upload(
        self, info: Info, input: Annotated[CompleteUploadInput, _ARGUMENT]
    ) -> CompleteUploadPayload | None:
        """Complete an upload."""
        picture: Any = await writes.complete_upload(info.context, input.media_id)
        return CompleteUploadPayload(picture=picture)
