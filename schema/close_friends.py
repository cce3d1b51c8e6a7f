"""Close friends, who see the viewer's posts for close friends."""

from feeds import close_friends as feed
from resolvers.context import Context
from schema.operations import mutation, page_query
from schema.payloads import Returned, added
from schema.places import to_target
from schema.users import UserConnection, UserEdge, UserId, the_user
from services.accounts.viewer import Viewer

close_friends = page_query(UserConnection, feed.close_friends, "The viewer's close friends, newest first.")


@mutation(
    takes="Whom to make a close friend.",
    gives={
        "user": the_user("The new close friend."),
        "close_friend_edge": added(UserEdge, feed.close_friends, "user", "The person as an item of `closeFriends`."),
    },
)
async def add_close_friend(context: Context, viewer: Viewer, user_id: UserId) -> Returned:
    """Make a person a close friend: they see the viewer's posts for close friends.

    They are not told. Twice is as good as once.
    """
    return {"close_friend_edge": to_target(await context.services.close_friends.add(viewer, user_id))}


@mutation(
    takes="Who is to be a close friend no longer.",
    gives={"user": the_user("The person who is a close friend no longer.")},
)
async def remove_close_friend(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Take a person out of the close friends: they see posts for close friends no longer, from this moment.

    Twice is as good as once.
    """
    await context.services.close_friends.remove(viewer, user_id)
