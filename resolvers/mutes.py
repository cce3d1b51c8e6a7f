"""What a muted topic names."""

from errors import InvalidInput
from resolvers.context import Context
from resolvers.global_ids import own_id
from resolvers.posts import visible_post


async def thread_of(context: Context, post: str) -> str:
    """Return the id of the first post of a thread, by the global id of any of its posts.

    `value` cannot be declared as an id: it is one for threads alone.

    Raises:
        InvalidInput: it is not the id of a post; the error names the argument `value`.
        NotFound: the viewer may not see the post.

    """
    try:
        id_ = own_id("Post", post, "value")
    except InvalidInput:
        raise InvalidInput("value", "A thread is named by the global id of one of its posts.") from None
    row = await visible_post(context, id_)
    return row.root_id or row.id
