"""The root of mutations: those of every domain."""

from schema import (
    accounts,
    administration,
    bookmarks,
    close_friends,
    editing,
    emails,
    factors,
    hashtags,
    media,
    mutes,
    personal_tokens,
    pins,
    posts,
    privacy,
    providers,
    proving,
    quoting,
    reading,
    relationships,
    reply_hiding,
    reposts,
    sessions,
    timelines,
    views,
)
from schema.operations import root_type

Mutation = root_type(
    "Mutation",
    "Everything that can be changed. All need a viewer but signUp, what logs in (logIn, completeLogIn, beginPasskeyLogIn, "
    "logInWithPasskey, logInWithProvider, signUpWithProvider), refreshSession, logOut, validateToken, requestPasswordReset and "
    "what follows a link in a mail. A field is null only beside an error of its own, so that one that fails leaves the others "
    "their answers.",
    [
        *(relationships, mutes, close_friends, privacy, accounts, sessions, posts, editing, quoting, reply_hiding, pins),
        reposts,
        *(bookmarks, timelines, hashtags, reading, views, media, administration, personal_tokens, emails, proving),
        *(factors, providers),
    ],
)
