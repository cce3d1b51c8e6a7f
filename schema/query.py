"""The root of queries: those of every domain."""

from schema import (
    administration,
    analytics,
    bookmarks,
    close_friends,
    cypher,
    emails,
    factors,
    hashtags,
    mutes,
    nodes,
    personal_tokens,
    posts,
    privacy,
    providers,
    reading,
    relationships,
    reposts,
    sessions,
    sign_ins,
    suggestions,
    timelines,
    users,
)
from schema.operations import root_type

Query = root_type(
    "Query",
    "Everything that can be read. A field is null where its description says so, and beside an error of its own: one that fails "
    "leaves the others their answers.",
    [
        *(privacy, relationships, mutes, close_friends, nodes, users, posts, reposts, bookmarks, timelines, hashtags),
        *(reading, suggestions, analytics, cypher, administration, personal_tokens, sessions, sign_ins, emails, factors),
        providers,
    ],
)
