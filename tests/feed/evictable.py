"""The kinds of keys that Redis may evict, as patterns."""

from keyspace import keys


def like(key: bytes | str) -> bytes:
    """Return the pattern of all keys of the kind of this one."""
    kind, colon, _ = (key if isinstance(key, bytes) else key.encode()).partition(b":")
    return kind + b":*" if colon else kind


TIMELINES, RECENT, PULLED = like(keys.TIMELINE), like(keys.RECENT), like(keys.PULLED)
BUILDERS = {TIMELINES: like(keys.BUILDING), RECENT: like(keys.RECENT_BUILDING), PULLED: like(keys.PULLED_BUILDING)}
"""Lists, and who builds them."""
POSTS, RELATIONSHIPS = like(keys.POST), like(keys.relationships(0))
_OTHERS: tuple[bytes | str, ...] = (
    keys.followed(0), keys.pulled_of(0), keys.PULLED_VERSION, keys.SETTLING, keys.USER, keys.muted_topics(0), keys.MOST_ACTIVE,
    keys.REPOST, keys.POST_COUNTS, keys.USER_COUNTS, keys.HOME_POSTS, keys.HOME_ENTRIES, keys.ALL_POSTS,
    keys.ACTIVITY, keys.FAN_OUT_PLAN, keys.followed_hashtags(0), keys.followed_hashtags_building(0), keys.TAGGED,
    keys.TAGGED_BUILDING,
)  # fmt: skip
KINDS = (*BUILDERS, *BUILDERS.values(), POSTS, RELATIONSHIPS, *map(like, _OTHERS))
"""All of them."""
