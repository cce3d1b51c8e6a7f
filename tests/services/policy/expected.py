"""What the rules must answer, written by hand: the readable truth beside the random worlds.

Every viewer but the stranger and those not signed in stands the same to all people of the tables. The follower, the friend and
those in a block follow since `FOLLOWED`; those in a block are close friends too, and every post mentions them: only the
block is against them.
"""

from collections.abc import Iterator, Mapping

from tests.services.policy.asking import Answers
from tests.services.policy.worlds import Edge, Properties, World, Written, post_id, user_id

FOLLOWED = 2
"""When those who follow began to."""
VIEWERS = ("stranger", "follower", "friend", "mentioned", "blocked", "blocking")
"""They live at the first places, in this order."""

PEOPLE: Mapping[str, Properties] = {
    "open": {},
    "private": {"private": True},
    "hides-followers": {"hideFollowers": True},
    "hides-following": {"hideFollowing": True},
    "hides-counts": {"hideCounts": True},
    "hides-followers+counts": {"hideFollowers": True, "hideCounts": True},
    "hides-following+counts": {"hideFollowing": True, "hideCounts": True},
    "not-discoverable": {"discoverable": False},
    "deactivated": {"state": "DEACTIVATED"},
    "suspended": {"state": "SUSPENDED"},
    "blocks-themselves": {},
}
PERSON_TABLES = {
    "may_see_user": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   yes       yes     yes       no       no
    hides-followers          yes   yes       yes     yes       no       no
    hides-following          yes   yes       yes     yes       no       no
    hides-counts             yes   yes       yes     yes       no       no
    hides-followers+counts   yes   yes       yes     yes       no       no
    hides-following+counts   yes   yes       yes     yes       no       no
    not-discoverable         yes   yes       yes     yes       no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_find_user": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   yes       yes     yes       no       no
    not-discoverable         no    no        no      no        no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_see_followers": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   no        no      yes       no       no
    hides-followers          yes   no        no      no        no       no
    hides-following          yes   yes       yes     yes       no       no
    hides-counts             yes   yes       yes     yes       no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_see_following": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   no        no      yes       no       no
    hides-followers          yes   yes       yes     yes       no       no
    hides-following          yes   no        no      no        no       no
    hides-counts             yes   yes       yes     yes       no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_see_follower_count": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   yes       yes     yes       no       no
    hides-followers          yes   yes       yes     yes       no       no
    hides-counts             yes   yes       yes     yes       no       no
    hides-followers+counts   yes   no        no      no        no       no
    hides-following+counts   yes   yes       yes     yes       no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_see_following_count": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   yes       yes     yes       no       no
    hides-following          yes   yes       yes     yes       no       no
    hides-counts             yes   yes       yes     yes       no       no
    hides-followers+counts   yes   yes       yes     yes       no       no
    hides-following+counts   yes   no        no      no        no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_see_post_count": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   no        no      yes       no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
    "may_see_reactions": """
                             self  stranger  nobody  follower  blocked  blocking
    open                     yes   yes       yes     yes       no       no
    private                  yes   no        no      yes       no       no
    deactivated              no    no        no      no        no       no
    suspended                no    no        no      no        no       no
    blocks-themselves        yes   yes       yes     yes       no       no
    """,
}

POSTS: Mapping[str, tuple[str, Properties]] = {
    "public": ("open", {}),
    "followers": ("open", {"audience": "FOLLOWERS"}),
    "close-friends": ("open", {"audience": "CLOSE_FRIENDS"}),
    "mentioned": ("open", {"audience": "MENTIONED"}),
    "public-of-private": ("private", {}),
    "followers-of-private": ("private", {"audience": "FOLLOWERS"}),
    "close-friends-of-private": ("private", {"audience": "CLOSE_FRIENDS"}),
    "mentioned-of-private": ("private", {"audience": "MENTIONED"}),
    "followers-just-then": ("open", {"audience": "FOLLOWERS", "followersAsOf": FOLLOWED}),
    "followers-before": ("open", {"audience": "FOLLOWERS", "followersAsOf": FOLLOWED - 1}),
    "private-before": ("private", {"followersAsOf": FOLLOWED - 1}),
    "deleted": ("open", {"deletedAt": 3}),
    "of-deactivated": ("deactivated", {}),
    "of-suspended": ("suspended", {}),
    "replies-from-everyone": ("open", {"replies": "EVERYONE"}),
    "replies-from-followers": ("open", {"replies": "FOLLOWERS"}),
    "replies-from-mentioned": ("open", {"replies": "MENTIONED"}),
    "replies-from-nobody": ("open", {"replies": "NOBODY"}),
    "followers+replies-from-mentioned": ("open", {"audience": "FOLLOWERS", "replies": "MENTIONED"}),
    "mentioned+replies-from-followers": ("open", {"audience": "MENTIONED", "replies": "FOLLOWERS"}),
    "quotes-from-everyone": ("open", {"quotes": "EVERYONE"}),
    "quotes-from-followers": ("open", {"quotes": "FOLLOWERS"}),
    "quotes-from-nobody": ("open", {"quotes": "NOBODY"}),
    "followers+quotes-from-followers": ("open", {"audience": "FOLLOWERS", "quotes": "FOLLOWERS"}),
}
_SEEN = """
                                       author  stranger  nobody  follower  friend  mentioned  blocked  blocking
    public                             yes     yes       yes     yes       yes     yes        no       no
    followers                          yes     no        no      yes       yes     yes        no       no
    close-friends                      yes     no        no      no        yes     no         no       no
    mentioned                          yes     no        no      no        no      yes        no       no
    public-of-private                  yes     no        no      yes       yes     yes        no       no
    followers-of-private               yes     no        no      yes       yes     yes        no       no
    close-friends-of-private           yes     no        no      no        yes     no         no       no
    mentioned-of-private               yes     no        no      no        no      yes        no       no
    followers-just-then                yes     no        no      yes       yes     yes        no       no
    followers-before                   yes     no        no      no        no      yes        no       no
    private-before                     yes     no        no      no        no      yes        no       no
    deleted                            no      no        no      no        no      no         no       no
    of-deactivated                     no      no        no      no        no      no         no       no
    of-suspended                       no      no        no      no        no      no         no       no
    replies-from-everyone              yes     yes       yes     yes       yes     yes        no       no
"""
POST_TABLES = {
    "may_see_post": f"""{_SEEN}
    replies-from-followers             yes     yes       yes     yes       yes     yes        no       no
    replies-from-mentioned             yes     yes       yes     yes       yes     yes        no       no
    replies-from-nobody                yes     yes       yes     yes       yes     yes        no       no
    followers+replies-from-mentioned   yes     no        no      yes       yes     yes        no       no
    mentioned+replies-from-followers   yes     no        no      no        no      yes        no       no
    quotes-from-everyone               yes     yes       yes     yes       yes     yes        no       no
    quotes-from-followers              yes     yes       yes     yes       yes     yes        no       no
    quotes-from-nobody                 yes     yes       yes     yes       yes     yes        no       no
    followers+quotes-from-followers    yes     no        no      yes       yes     yes        no       no
    """,
    "may_reply": f"""{_SEEN}
    replies-from-followers             yes     no        no      yes       yes     no         no       no
    replies-from-mentioned             yes     no        no      no        no      yes        no       no
    replies-from-nobody                yes     no        no      no        no      no         no       no
    followers+replies-from-mentioned   yes     no        no      no        no      yes        no       no
    mentioned+replies-from-followers   yes     no        no      no        no      no         no       no
    """,
    "may_quote": """
                                       author  stranger  nobody  follower  friend  mentioned  blocked  blocking
    public                             yes     yes       yes     yes       yes     yes        no       no
    followers                          yes     no        no      no        no      no         no       no
    close-friends                      yes     no        no      no        no      no         no       no
    mentioned                          yes     no        no      no        no      no         no       no
    public-of-private                  yes     no        no      no        no      no         no       no
    deleted                            no      no        no      no        no      no         no       no
    of-deactivated                     no      no        no      no        no      no         no       no
    of-suspended                       no      no        no      no        no      no         no       no
    quotes-from-everyone               yes     yes       yes     yes       yes     yes        no       no
    quotes-from-followers              yes     no        no      yes       yes     no         no       no
    quotes-from-nobody                 yes     no        no      no        no      no         no       no
    followers+quotes-from-followers    yes     no        no      no        no      no         no       no
    """,
    "may_see_views": """
                                       author  stranger  nobody  follower  friend  mentioned  blocked  blocking
    public                             yes     yes       yes     yes       yes     yes        no       no
    followers                          yes     no        no      no        no      no         no       no
    close-friends                      yes     no        no      no        no      no         no       no
    mentioned                          yes     no        no      no        no      no         no       no
    public-of-private                  yes     no        no      no        no      no         no       no
    followers-of-private               yes     no        no      no        no      no         no       no
    deleted                            no      no        no      no        no      no         no       no
    of-deactivated                     no      no        no      no        no      no         no       no
    of-suspended                       no      no        no      no        no      no         no       no
    """,
    "may_repost": """
                                       author  stranger  nobody  follower  friend  mentioned  blocked  blocking
    public                             yes     yes       yes     yes       yes     yes        no       no
    followers                          no      no        no      no        no      no         no       no
    close-friends                      no      no        no      no        no      no         no       no
    mentioned                          no      no        no      no        no      no         no       no
    public-of-private                  yes     no        no      no        no      no         no       no
    followers-of-private               no      no        no      no        no      no         no       no
    private-before                     yes     no        no      no        no      no         no       no
    deleted                            no      no        no      no        no      no         no       no
    of-deactivated                     no      no        no      no        no      no         no       no
    of-suspended                       no      no        no      no        no      no         no       no
    replies-from-nobody                yes     yes       yes     yes       yes     yes        no       no
    """,
}
"""Where nothing is said of replies or quotes, whoever sees a post may reply to it, and quote it if it is for everybody. That one
must be signed in is not the rules' concern."""


def world() -> World:
    """Give the world that the tables speak of."""
    people = [dict[str, object]() for _ in VIEWERS] + list(PEOPLE.values())
    edges = [edge for name in PEOPLE for edge in _between(_place(name))]
    edges.append(Edge("BLOCKS", _place("blocks-themselves"), _place("blocks-themselves"), {"at": 1}))
    mentioned = [VIEWERS.index(name) for name in ("mentioned", "blocked", "blocking")]
    return World(people, edges, [Written(_place(author), mentioned, post) for author, post in POSTS.values()])


def expected() -> Answers:
    """Give every answer of the tables."""
    posts = (
        ((rule, _viewer(column, POSTS[row][0]), post_id(list(POSTS).index(row))), answer)
        for rule, table in POST_TABLES.items()
        for row, column, answer in _cells(table)
    )
    people = (
        ((rule, _viewer(column, row), user_id(_place(row))), answer)
        for rule, table in PERSON_TABLES.items()
        for row, column, answer in _cells(table)
    )
    return dict([*posts, *people])


def _cells(table: str) -> Iterator[tuple[str, str, bool]]:
    """Give row, column and answer of each cell."""
    head, *lines = (line.split() for line in table.splitlines() if line.strip())
    for row, *cells in lines:
        for column, cell in zip(head, cells, strict=True):
            yield row, column, {"yes": True, "no": False}[cell]


def _place(name: str) -> int:
    return len(VIEWERS) + list(PEOPLE).index(name)


def _viewer(column: str, user: str) -> str | None:
    if column == "nobody":
        return None
    return user_id(_place(user) if column in {"self", "author"} else VIEWERS.index(column))


def _between(user: int) -> Iterator[Edge]:
    at = {"at": FOLLOWED}
    for name in ("follower", "friend", "blocked", "blocking"):
        yield Edge("FOLLOWS", VIEWERS.index(name), user, at)
    for name in ("friend", "blocked", "blocking"):
        yield Edge("CLOSE_FRIEND", user, VIEWERS.index(name), at)
    yield Edge("BLOCKS", user, VIEWERS.index("blocked"), at)
    yield Edge("BLOCKS", VIEWERS.index("blocking"), user, at)
