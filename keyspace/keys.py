"""The name of every key.

Keys of one viewer end in a hash tag of their small integer key, `{42}`, so that a cluster keeps them together. Keys of one thing
end in its packed id. Scripts in `lua/` spell no key: they take keys, or the prefixes of keys.

The prefix of a cached row holds a version, such as the `4` of `p4:`. A row holds the columns of its statement. Whoever changes
these columns changes the version, so that new code does not read rows of the old form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from struct import pack

from graph.rows.posts import PostCounts

EVENTS = "rookery:events"
"""Stream of everything that happened."""
LIVE = "rookery:live"
"""Stream of what open subscriptions may need."""
LIVE_COUNTS = "rookery:live-counts"
"""Stream of posts whose counts changed, apart from the other so that these neither fill nor age it."""
LIVE_COUNTS_WAITING = "rookery:live-counts-waiting"
"""Set of the posts whose counts changed since that was last told."""
LIVE_COUNTS_PAUSE = "rookery:live-counts-pause"
"""Exists for a second after it was told."""
DEAD = "rookery:dead"
"""Stream of events that kept failing."""
NUDGES = "rookery:nudge"
"""Channel that makes the relay look. A message may get lost: the relay looks by itself every second."""
REVOCATIONS = "rookery:revocations"
"""Channel of marks of sessions and ids of tokens that were revoked. A message may get lost: who listens also looks by itself."""
EVENTS_GATE = "rookery:events-gate"
"""Exists while couriers may append to the stream of events."""
EVENTS_BEHIND = "rookery:events-behind"
"""Token of the courier that let the relay go first last."""
EVENTS_WAITING = "rookery:events-waiting"
"""Events that came to the closed gate, in order."""
RELAY_LEASE = "rookery:relay"
"""Lease of the relay. One relay at a time keeps events in order, and moves none twice in vain."""
ANNOUNCER_LEASE = "rookery:announcer"
"""Lease of the one worker that announces on the live stream, so that this is done in the order of the events."""
THRESHOLD_LEASE = "rookery:threshold"
"""Lease of the one worker that lets the threshold of delivery follow load."""
SET_ASIDE = "sa:"
"""Mark of what is among the dead letters, so that it is there once."""
_TASKS = ("ready", "later", "claimed", "open", "background", "background-ready")
FAN_OUT = tuple(f"rookery:fan-out:{name}" for name in (*_TASKS, "background-turn", "backlog"))
"""The queue of fan-out: tasks whose turn comes, those that wait until they are due, those at which a worker is, all of them by
when they were made, those of them that are background tasks, and the background tasks whose turn comes (sorted sets of posts);
a mark that a background task had a turn before others, and the number of deliveries that are left."""
ACTIVITY_WRITTEN = "rookery:activity-written"
"""Minute up to which activity was written to the graph."""
READING_UNWRITTEN = "rookery:reading-unwritten"
"""Sorted set of the reading positions that are not in the graph yet, by when their readers were there."""
QUERY_PLACES = "rookery:query-places"
"""Sorted set of the places in which queries of analysts run, by when they end unless they are renewed."""
VIEWS = "rookery:views"
"""Hash of the views of posts that wait to be written: packed id to how many."""
VIEWS_BATCH = "rookery:views-batch"
"""The same of those that are being written, and the number of their batch."""
VIEWS_SIZE = "rookery:views-size"
"""Bytes of the sketches of those that wait."""
VIEWS_MERGED = "rookery:views-merged"
"""Sketch of who has viewed a post, for the moment in which it is merged."""
VIEWED_BY = b"vb:"
"""Sketch of who has viewed a post since its views were written last."""
VIEWED_BY_BATCH = b"vbb:"
"""Sketch of who has viewed a post of the batch."""
ANALYTICS_NOTES = "rookery:analytics-notes"
"""Set of what is stale in the analysts' copy."""
ANALYTICS_ROUND = "rookery:analytics-round"
"""The same, as the round of a refresh took it, and the name of the round."""
ANALYTICS_TAKEN = "rookery:analytics-taken"
"""All that was taken since the last snapshot."""
ANALYTICS_BEGUN = "rookery:analytics-begun"
"""Token of the notes: while it is there, nothing was lost of them since it was made."""
PERIODIC = "rookery"
"""Prefix, before a colon, of the keys that pydocket keeps of periodic work."""

POST = b"p4:"
"""Body of a post."""
REPOST = b"rt1:"
"""A repost."""
POST_COUNTS = b"pc3.%d:" % len(fields(PostCounts))
"""Counts of a post; another number of counts is another key, so that old rows are not read as new ones."""
USER = b"u4:"
"""A user."""
USER_COUNTS = b"uc3:"
"""Counts of a user."""
MEDIA = b"m3:"
"""A media item."""
ROLES = b"ar1:"
"""Roles of an account."""
PERSONAL_TOKEN = b"pt1:"
"""What a token of a program proves."""
SESSIONS = b"ss2:"
"""Hash of the sessions of a person."""
FAN_OUT_PLAN = b"fp:"
"""Hash of how a post is delivered."""
ACTIVITY = "act:"
"""When people last read, in shards: see `keyspace/activity.py`."""
MOST_ACTIVE = "ma:"
"""The most active followers of an author, packed."""
MUTED_TOPICS = b"mt3:"
"""The words, hashtags and threads that a viewer mutes."""
RANKING = b"sg1:"
"""Whom a viewer may know, ranked."""

USERNAME = b"un1:"
"""Id of the user of a name; the name in lower case stands behind it."""
FOLLOWERS = b"lf1:"
"""Head of the list of a user's followers."""
FOLLOWING = b"lg1:"
"""Head of the list of those whom a user follows."""
HOME_POSTS = b"lh1:"
"""Head of the list of a user's posts, without replies to others."""
HOME_ENTRIES = b"le1:"
"""Head of the list of a user's posts, without replies to others, and of their reposts."""
ALL_POSTS = b"la1:"
"""Head of the list of all posts of a user."""
REPLIES = b"lr1:"
"""Head of the list of the replies to a post."""
QUOTES = b"lq1:"
"""Head of the list of the quotes of a post."""

HASHTAG_POSTS = b"lt1:"
"""Head of the list of the posts with a hashtag, whose name stands behind it, for a moment."""
PUBLIC_POSTS = b"lp1:"
"""Head of the public timeline, for a moment."""

TIMELINE = "tl:"
"""List of a home timeline."""
BUILDING = "tlb:"
"""List of the one builder of a home timeline: a token, then the ids that were pushed since."""

PULLED = "pulled"
"""Set of the keys of pulled authors: those whose recent posts pages merge, since not all of them were pushed to all."""
PULLED_BUILDING = "pulledb"
"""List of the one builder of that set."""
PULLED_VERSION = "pulledv"
"""Version of that set: a token that each change replaces."""
PULLED_SET = (PULLED, PULLED_VERSION)
"""The set and its version, as pages take them."""
SETTLING = "settling"
"""Hash of the pulled authors who are being settled, by key: the mark of who does it, which each new post of theirs removes."""
RECENT = "rp:"
"""List of the recent posts of an author."""
RECENT_BUILDING = "rpb:"
"""List of the one builder of that list."""
TAGGED = "ht:"
"""List of the newest home posts with a hashtag, whose name stands behind it in braces."""
TAGGED_BUILDING = "htb:"
"""List of the one builder of that list."""

RELATIONSHIPS = "vs:*"
"""Pattern of the relationships of viewers."""
OF_TIMELINES = (
    *("tlb:*", "tl:*", "fo:*", "pa:*", PULLED_BUILDING, "pulled*", "rpb:*", "rp:*"),
    *("ftb:*", "ft:*", "htb:*", "ht:*"),
)
"""Patterns of timelines and of what they are merged of; what is being built goes first."""
FIRST_OF_IMPORTS = (RELATIONSHIPS, "tlb:*", "rpb:*", "ftb:*", "htb:*")
"""Patterns of the keys that go first after an import, in this order: relationships, and what is being built."""
_LISTS = tuple(prefix.encode() for prefix in (TIMELINE, "fo:", "pa:", RECENT, "ft:", TAGGED))
_HEADS = (FOLLOWERS, FOLLOWING, HOME_POSTS, HOME_ENTRIES, ALL_POSTS, REPLIES, QUOTES)
OF_IMPORTS = (*_LISTS, USER_COUNTS, RANKING, USERNAME, *_HEADS)
"""Beginnings of the other keys that follow from what an import writes, users, posts and follows, in any order: timelines and
what they are merged of, counts of users, rankings, names, heads of lists."""

EPOCH = "rookery:epoch"
"""Token of the streams, lost with them: see `keyspace/epochs.py` and `keyspace/live_stream.py`."""


def epoch_of(role: str) -> str:
    """Token of the streams by which the caches of a role were kept."""
    return f"epoch-{role}"


def timeline(viewer: int) -> str:
    """Key of a home timeline."""
    return f"{TIMELINE}{{{viewer}}}"


def building(viewer: int) -> str:
    """Key of the list of the one builder of a home timeline."""
    return f"{BUILDING}{{{viewer}}}"


def timelines(viewers: Iterable[int]) -> list[str]:
    """For each viewer the keys of the timeline and of its builder."""
    return [key(viewer) for viewer in viewers for key in (timeline, building)]


PACKED_VIEWER = 4
"""Bytes of a packed key of a viewer: there may be four billion."""


def packed(viewers: Sequence[int]) -> bytes:
    """Pack small integer keys of viewers, for scripts that make the keys of many: to name them would cost as much as the work."""
    return pack(f"<{len(viewers)}I", *viewers)


def recent(authors: Iterable[int]) -> list[str]:
    """For each author the list of their recent posts, and the list of its builder."""
    return [f"{prefix}{{{author}}}" for author in authors for prefix in (RECENT, RECENT_BUILDING)]


def followed(viewer: int) -> str:
    """Set of the keys of those whom a viewer follows; a member more says that they follow hashtags, too."""
    return f"fo:{{{viewer}}}"


def pulled_of(viewer: int) -> str:
    """Pulled authors whom a viewer follows, after the version of the set of all pulled authors."""
    return f"pa:{{{viewer}}}"


def tagged(hashtags: Iterable[str]) -> list[str]:
    """For each hashtag the list of its newest home posts, and the list of its builder."""
    return [f"{prefix}{{{hashtag}}}" for hashtag in hashtags for prefix in (TAGGED, TAGGED_BUILDING)]


def viewer_flag(name: str, key: int) -> str:
    """Hash of one flag of a viewer, by the id of a post."""
    return f"vf:{name}:{{{key}}}"


def relationships(key: int) -> str:
    """Hash of the relationships of a viewer to other users."""
    return f"vs:{{{key}}}"


def muted_topics(key: int) -> bytes:
    """Row of the topics that a viewer mutes."""
    return MUTED_TOPICS + b"{%d}" % key


def ranking(key: int) -> bytes:
    """Row of those whom a viewer may know."""
    return RANKING + b"{%d}" % key


def followed_hashtags(viewer: int) -> str:
    """Set of the hashtags that a viewer follows."""
    return f"ft:{{{viewer}}}"


def followed_hashtags_building(viewer: int) -> str:
    """List of the one builder of that set."""
    return f"ftb:{{{viewer}}}"


def held_ranking(viewer: int, token: str) -> str:
    """Ranking of replies that a viewer pages through."""
    return f"rr1:{{{viewer}}}:{token}"


def sessions(key: int) -> bytes:
    """Hash of the sessions of a person, by the packed id of the session."""
    return SESSIONS + b"{%d}" % key


def limit(scope: str, subject: str) -> str:
    """Counter of attempts of one subject, which is a digest."""
    return f"lim:{scope}:{subject}"


def reading(key: int) -> str:
    """Hash of the reading positions of a person, by feed."""
    return f"rd:{{{key}}}"


def viewed_lately(key: int) -> bytes:
    """Bits of the posts that a person has viewed lately."""
    return b"vl:{%d}" % key


def document(sha256: str) -> str:
    """Text of an automatic persisted query."""
    return f"apq:{sha256}"


def appended(event_id: bytes) -> bytes:
    """Mark of an event that is on the stream of events."""
    return b"ea:" + event_id


def announced(event_id: str) -> str:
    """Mark of an event that is on the live stream."""
    return f"la:{event_id}"


def single_use(kind: str, digest: str) -> str:
    """What is good once, of a kind, by a digest of the words that take it."""
    return f"once:{kind}:{digest}"
