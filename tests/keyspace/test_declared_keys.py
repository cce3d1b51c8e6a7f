"""Scripts use the keys that their callers name and no others; page scripts also what they have just read the ids of.

Each script runs as a user of Redis who may touch nothing but these keys, so whatever else it touches is refused.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graph.ids import id_at, new_id, new_repost_id, pack, unpack
from keyspace import keys
from keyspace.client import LUA, Keyspace
from keyspace.errors import CommandRefused
from keyspace.rankings import RankingKind
from keyspace.row_cache import USERS
from keyspace.sessions import SessionRecord
from keyspace.usernames import USERNAMES
from keyspace.viewer_flags import LIKED

NEW, OLD = (pack(id_at(at, 1)) for at in (2, 1))
ROWS = [USERS.prefix + each for each in (NEW, OLD)]
HASH = keys.relationships(7)
LISTS = keys.timelines([7])
FOLLOWED, PULLED_OF = keys.followed(7), keys.pulled_of(7)
PULLED = [keys.PULLED, keys.PULLED_BUILDING, keys.PULLED_VERSION]
RECENT = keys.recent([9, 10])
VIEWER = [HASH, keys.muted_topics(7), LIKED.hash_of(7)]
STATES = [name for viewer in (7, 8) for name in (keys.muted_topics(viewer), keys.relationships(viewer), LIKED.hash_of(viewer))]
BODIES, COUNTS = ([prefix + each for each in (NEW, OLD)] for prefix in (keys.POST, keys.POST_COUNTS))
REPOST = pack(new_repost_id(unpack(OLD)))
OF_POSTS = [keys.POST, keys.POST_COUNTS, keys.USER]
HOME_PAGE = [b"", 10, 60, "token", 60, *OF_POSTS, keys.REPOST, keys.RECENT, 5, 28, 100, b"", keys.TAGGED]
HOME_LISTS = [keys.timeline(8), keys.followed(8), keys.pulled_of(8), *keys.PULLED_SET]
TAGS, TAGS_BUILDING = keys.followed_hashtags(8), keys.followed_hashtags_building(8)
TAGGED = keys.tagged(["owl", "wren"])
HOME_KEYS = [*HOME_LISTS, TAGS, *VIEWER, f"{keys.ACTIVITY}0"]
NAME, HEADS = USERNAMES.key("ada"), [keys.ALL_POSTS + NEW, keys.FOLLOWERS + NEW]
STREAM = [keys.LIVE, keys.EPOCH]
ANNOUNCED = [keys.announced(each) for each in ("e1", "e2")]
ANNOUNCE = ["token", "epoch", 10, 1_000, 60, 2, "p1", "p2", 2, "id", "e1", 2, "id", "e2"]
GATE = [keys.EVENTS, keys.EVENTS_GATE, keys.EVENTS_BEHIND, keys.EVENTS_WAITING, "place"]
APPENDED = [keys.appended(each) for each in (b"e1", b"e2")]
BUILT = (keys.TIMELINE, keys.BUILDING)
BUILT_RECENT = (keys.RECENT, keys.RECENT_BUILDING)
AUTHOR_PUSH = [NEW, keys.packed([9]), 3, *BUILT, 3, *BUILT_RECENT]
PUSHED = [*BUILT, keys.packed([7, 8])]
PLAN = [*keys.FAN_OUT, keys.FAN_OUT_PLAN + NEW]
AUTHOR_KEYS = [PLAN[-1], keys.SETTLING]
BEGUN = [*PLAN, keys.SETTLING]
CHUNK = [NEW, "push", 3, *PUSHED, "token", 1_000, 5, 7]
CHUNKED = [60, "rest", 2, "at", 3]
SESSIONS = [keys.sessions(7)]
READING = [keys.reading(7), keys.READING_UNWRITTEN]
PLACES = [keys.QUERY_PLACES]
VIEWS = [keys.VIEWS, keys.VIEWS_BATCH, keys.VIEWS_SIZE]
VIEW_PREFIXES = [keys.VIEWED_BY, keys.VIEWED_BY_BATCH]
VIEWED = [keys.VIEWS, keys.viewed_lately(7), keys.VIEWS_SIZE, *(keys.VIEWED_BY + each for each in (NEW, OLD))]
LATER = 4_000_000_000_000
"""A moment in the year 2096, in milliseconds since 1970 UTC."""


def session(at: int) -> bytes:
    """Give what is stored of a session that began at a moment."""
    return SessionRecord(new_id(), 1, at, at, LATER, LATER, at, at, 0, "Telephone", "192.0.2.0/24").packed()


MADE = {
    "home_page": (*OF_POSTS, keys.REPOST, keys.RECENT, keys.TAGGED),
    "home_lists": (keys.RECENT,),
    "author_push": (*BUILT, *BUILT_RECENT),
    "home_ids": (keys.RECENT, keys.TAGGED),
    "hydrate": OF_POSTS,
    "ranked_users": (keys.USER,),
    "hydrate_names": (keys.USER, keys.USER_COUNTS),
    "list_posts": (*OF_POSTS, keys.REPOST),
    "list_users": (keys.USER,),
    "timeline_push": BUILT,
    "fan_out_begin": (*BUILT, *BUILT_RECENT, keys.FAN_OUT_PLAN),
    "fan_out_chunk": (*BUILT, keys.FAN_OUT_PLAN),
    "fan_out_claim": (keys.FAN_OUT_PLAN,),
    "views_take": VIEW_PREFIXES,
    "views_done": VIEW_PREFIXES[1:],
    "events_open": (keys.appended(b""),),
}
"""Prefixes of keys that a script makes: of rows whose ids it has just read, and of viewers who are handed in packed."""
ARRIVED = [9, 60_000, 2, "id", "e1", 2, "id", "e2"]
ARRIVE = ("events_add", [*GATE, *APPENDED], [1_000, 60, "courier", "", keys.NUDGES, "t1", *ARRIVED])
LIMITS = ["rate", 1, 100_000, 0, 0, 0, "delay", 1, 100_000, 900_000, 3_600_000, 86_400_000]
"""An allowance of one attempt, and a delay after one."""
ANALYTICS = [keys.ANALYTICS_NOTES, keys.ANALYTICS_ROUND, keys.ANALYTICS_TAKEN]
CALLS: list[tuple[str, Sequence[Any], Sequence[Any]]] = [
    ("lease_rows", ROWS, ["token", 0]),
    ("lease_rows", ROWS, ["other", 0]),
    ("fill_rows", ROWS, ["?token", 60, "one", "?token", 60, "two"]),
    ("lease_rows", ROWS, ["token", 100]),
    ("lease_fields", [HASH], ["token", 60, NEW, OLD]),
    ("viewer_states", STATES, ["other", 60, 1, 2, 1, NEW, 2, NEW, OLD]),
    ("fill_fields", [HASH], [NEW, "?token", "1", OLD, "?token", "0"]),
    ("timeline_begin", [*LISTS, FOLLOWED], ["token", 1_000]),
    ("timeline_push", [], [NEW, 3, *PUSHED]),
    ("timeline_merge", [*LISTS, FOLLOWED, PULLED_OF, HASH], [3, 9, OLD, NEW]),
    ("timeline_begin", [*LISTS, FOLLOWED], ["token", 1_000]),
    ("lists_abandon", LISTS[1:], ["token"]),
    ("timeline_begin", [*LISTS, FOLLOWED], ["token", 1_000]),
    ("timeline_push", [], [NEW, 3, *PUSHED]),
    ("timeline_finish", [*LISTS, FOLLOWED, PULLED_OF], ["token", 3, 60_000, 1, OLD, 9]),
    ("timeline_push", [], [pack(id_at(1, 2)), 3, *PUSHED]),
    ("timeline_merge", [*LISTS, FOLLOWED, PULLED_OF, HASH], [3, 9, OLD, pack(id_at(3, 1)), NEW]),
    ("lists_begin", PULLED[:2], ["token", 1_000]),
    ("pulled_add", [*PULLED, keys.SETTLING], [9, "version"]),
    ("pulled_finish", PULLED, ["token", 8]),
    ("pulled_add", [*PULLED, keys.SETTLING], [10, "version"]),
    ("pulled_retire", [*keys.PULLED_SET, keys.SETTLING, *keys.recent([8, 9])[::2]], ["mark", "version", 8, 9]),
    ("lists_begin", RECENT, ["token", 1_000]),
    ("author_push", AUTHOR_KEYS, AUTHOR_PUSH),
    ("recent_finish", RECENT, ["token", 3, 60_000, 1, OLD, 0]),
    ("author_push", AUTHOR_KEYS, AUTHOR_PUSH),
    ("hashtag_push", TAGGED, [NEW, 3]),
    ("lists_begin", TAGGED, ["token", 1_000]),
    ("hashtag_push", TAGGED, [NEW, 3]),
    ("recent_finish", TAGGED, ["token", 3, 60_000, 1, OLD, 1, OLD]),
    ("hashtag_push", TAGGED, [pack(id_at(3, 1)), 3]),
    ("hashtag_remove", TAGGED[::2], [OLD]),
    ("lists_begin", [TAGS, TAGS_BUILDING], ["token", 1_000]),
    ("hashtags_finish", [TAGS, TAGS_BUILDING, keys.followed(8)], ["token", 60_000, "#", "owl", "wren"]),
    ("hashtags_changed", [keys.followed(8), TAGS, TAGS_BUILDING, LISTS[1]], ["#"]),
    ("lists_begin", [TAGS, TAGS_BUILDING], ["token", 1_000]),
    ("hashtags_finish", [TAGS, TAGS_BUILDING, keys.followed(8)], ["token", 60_000, "#", "owl", "wren"]),
    ("activity_restore", [f"{keys.ACTIVITY}0"], ["", "head", 60, bytes(8)]),
    ("lease_hold", ["place"], ["token", 1_000]),
    ("lease_renew", ["place"], ["token", 1_000]),
    ("lease_renew", ["place"], ["other", 1_000]),
    ("live_begin", STREAM, ["epoch"]),
    ("live_since", STREAM, ["-", 10]),
    ("live_announce", [*STREAM, "place", keys.LIVE_COUNTS_WAITING, *ANNOUNCED], ANNOUNCE),
    ("live_tell_counts", [keys.LIVE_COUNTS, keys.LIVE_COUNTS_WAITING, keys.LIVE_COUNTS_PAUSE], [10, 10, 10, 60_000, 60_000]),
    ("live_announce", [*STREAM, "place", keys.LIVE_COUNTS_WAITING, *ANNOUNCED], ANNOUNCE),
    ARRIVE,
    ("events_open", GATE, [1_000, 60, "token", "", 60_000, keys.appended(b"")]),
    ("events_add", [*GATE, *APPENDED], [1_000, 60, "courier", "", keys.NUDGES, "t2", *ARRIVED]),
    ("events_add", GATE, [1_000, 60, "behind", "", keys.NUDGES, "t3", 9, 60_000]),
    ("events_add", [*GATE, *APPENDED], [1_000, 60, "relay", "token", keys.NUDGES, "t4", *ARRIVED]),
    ("events_close", GATE[1:], ["token", "t5"]),
    ("ordered_take", [keys.EVENTS, "place"], ["token", "group", "worker", 10, 1]),
    ("ordered_take", [keys.EVENTS, "place"], ["token", "group", "worker", 10, 1, "1-2"]),
    ("fan_out_begin", BEGUN, [NEW, "push", 3, *PUSHED, 60, 0, 3, *BUILT_RECENT, 9, "step", "rest"]),
    ("fan_out_begin", BEGUN, [NEW, "push", 3, *PUSHED, 60, 0, 3, *BUILT_RECENT, "", "step", "rest"]),
    ("fan_out_delivered", PLAN[-1:], []),
    ("fan_out_claim", keys.FAN_OUT, ["token", 1_000, keys.FAN_OUT_PLAN]),
    ("fan_out_chunk", PLAN, [*CHUNK, "on", *CHUNKED]),
    ("fan_out_chunk", PLAN, [*CHUNK, 0, *CHUNKED]),
    ("fan_out_claim", keys.FAN_OUT, ["token", 1_000, keys.FAN_OUT_PLAN]),
    ("fan_out_put_off", PLAN, [NEW, "token", 0, 5]),
    ("fan_out_claim", keys.FAN_OUT, ["token", 1_000, keys.FAN_OUT_PLAN]),
    ("fan_out_fail", PLAN, [NEW, "token", 5, "broken"]),
    ("fan_out_set_aside", PLAN, [NEW, "token", 60]),
    ("fan_out_begin", BEGUN, [NEW, "settle", 3, *PUSHED, 60, 0, 3, *BUILT_RECENT, 9, "step", "settle"]),
    ("fan_out_begin", BEGUN, [NEW, "remove", 3, *PUSHED, 60, 0, 3, *BUILT_RECENT, 9, "step", "remove"]),
    ("fan_out_claim", keys.FAN_OUT, ["token", 1_000, keys.FAN_OUT_PLAN]),
    ("fan_out_chunk", PLAN, [*CHUNK, "done", *CHUNKED]),
    ("dead_letter", [keys.EVENTS, keys.DEAD], ["group", "1-1", 10, "id", "e1"]),
    ("dead_letter_add", [keys.DEAD, "mark"], [10, 60, "id", "e1"]),
    ("group_forget", [keys.EVENTS], ["group", "worker", 0]),
    ("dead_letter_replay", [keys.DEAD, keys.EVENTS], ["2-1", "id", "e1"]),
    ("lease_hold", ["place"], ["token", 1_000]),
    ("lease_hold", ["place"], ["other", 1_000]),
    ("lease_release", ["place"], ["token"]),
    ("limit_check", ["lim:a", "lim:b"], LIMITS),
    ("limit_take", ["lim:a", "lim:b"], LIMITS),
    ("limit_take", ["lim:a", "lim:b"], LIMITS),
    ("limit_give_back", ["lim:a", "lim:b"], LIMITS),
    ("session_start", SESSIONS, [OLD, session(1), 1, 1]),
    ("session_start", SESSIONS, [NEW, session(2), 2, 1]),
    ("session_refresh", SESSIONS, [NEW, 1, 3, 10, 60_000]),
    ("session_note", SESSIONS, [NEW, 4, 4, 0]),
    ("session_refresh", SESSIONS, [NEW, 1, 14, 10, 60_000]),
    ("session_start", SESSIONS, [OLD, session(5), 5, 1]),
    ("session_end_others", SESSIONS, [NEW, 5]),
    ("reading_move", READING, ["HOME", "7 HOME", 5, "place", "", 0]),
    ("reading_move", READING, ["HOME", "7 HOME", 5, "place", "", 0, "3 elsewhere"]),
    ("reading_move", READING, ["HOME", "7 HOME", 4, "other", 9, 0]),
    ("reading_move", READING, ["HOME", "7 HOME", 4, "other", "", 1]),
    ("reading_written", READING[::-1], [60_000, "7 HOME", 5]),
    ("reading_written", READING[::-1], [60_000, "7 HOME", 6]),
    ("query_place_take", PLACES, ["ana:1", "ana:", 1, 2, 60_000]),
    ("query_place_take", PLACES, ["ana:2", "ana:", 1, 2, 60_000]),
    ("query_place_take", PLACES, ["jo:1", "jo:", 1, 1, 60_000]),
    ("views_record", VIEWED, [NEW, 86_400_000, 4_096, 2, 10_000]),
    ("views_take", VIEWS, [7, 10, *VIEW_PREFIXES]),
    ("views_merge", [keys.VIEWS_MERGED, *(keys.VIEWED_BY_BATCH + each for each in (NEW, OLD))], ["", "no sketch"]),
    ("views_done", VIEWS[1:2], [6, keys.VIEWED_BY_BATCH]),
    ("views_done", VIEWS[1:2], [7, keys.VIEWED_BY_BATCH]),
    ("hydrate_users", [*ROWS, HASH], ["token", 60, 2, 100]),
    ("hydrate_users", ROWS, ["token", 60, 2, 100]),
    ("ranked_users", [keys.ranking(8)], ["token", keys.USER, 2, 100]),
    ("ranked_users", [keys.ranking(7)], ["token", keys.USER, 2, 100]),
    ("hydrate", [*BODIES, *COUNTS, *VIEWER], ["token", 60, *OF_POSTS, 2, 0, 100]),
    ("hydrate", [*BODIES, *COUNTS], ["token", 60, *OF_POSTS, 2, 0, 100]),
    ("hydrate", [keys.REPOST + REPOST, *VIEWER], ["token", 60, *OF_POSTS, 0, 1, 100]),
    ("hydrate_names", [NAME, HASH], ["token", 60, keys.USER, keys.USER_COUNTS, 1, 100]),
    ("hydrate_names", [NAME], ["token", 60, keys.USER, keys.USER_COUNTS, 1, 100]),
    ("list_posts", [HEADS[0], *VIEWER], ["token", 60, *OF_POSTS, keys.REPOST, 5, 100]),
    ("list_posts", HEADS[:1], ["token", 60, *OF_POSTS, keys.REPOST, 5, 100]),
    ("list_users", [HEADS[1], HASH], ["token", 60, keys.USER, 5, 100]),
    ("list_users", HEADS[1:], ["token", 60, keys.USER, 5, 100]),
    ("home_page", HOME_KEYS, HOME_PAGE),
    ("home_page", HOME_KEYS, [NEW, *HOME_PAGE[1:-2], REPOST, keys.TAGGED]),
    ("home_ids", [*HOME_LISTS, TAGS, HOME_KEYS[-1]], [b"", 10, 60, keys.RECENT, 5, 28, b"", keys.TAGGED]),
    ("home_lists", HOME_LISTS, [keys.RECENT, 5]),
    ("plans_forget", PLAN[-1:], [0, 0]),
    ("analytics_note", [keys.ANALYTICS_NOTES], [2, "*", "likes/2026-10", "person/one"]),
    ("analytics_take", ANALYTICS, ["round", 0, "*", 2]),
    ("analytics_note", [keys.ANALYTICS_NOTES], [2, "*", "posts/2026-10"]),
    ("analytics_take", ANALYTICS, ["another", 1, "*", 2]),
    ("analytics_note", [keys.ANALYTICS_NOTES], [0, "*", "posts/2026-10"]),
    ("timeline_restart", [*LISTS, FOLLOWED, PULLED_OF], ["token", 1_000]),
    ("timeline_restart", [*LISTS, FOLLOWED, PULLED_OF], ["other", 1_000]),
]


def pattern(key: bytes | str) -> bytes:
    """Give the pattern of a key, where a question mark stands for each byte that a pattern cannot hold."""
    return b"~" + re.sub(rb"[^\w:{}]", b"?", key.encode() if isinstance(key, str) else key)


@pytest.fixture
async def confined(keyspace, stack):
    """Redis as a user who may do everything, but only with the keys that each call names, and rows with these prefixes."""

    async def run(name, names, args, prefixes=()):
        patterns = [*map(pattern, names), *(pattern(prefix) + b"*" for prefix in prefixes)]
        await keyspace.command("ACL", "SETUSER", "confined", "reset", "on", "nopass", "+@all", f"&{keys.NUDGES}", *patterns)
        await user.script(name, *args, keys=names)

    user = Keyspace.open(re.sub(r"//.*@", "//confined:none@", stack.redis_url))
    yield run
    await user.close()
    await keyspace.command("ACL", "DELUSER", "confined")


async def stand(keyspace):
    """Let viewer 8 have a timeline and a ranking, follow 9, and be settled; let rows, a name and heads of lists be cached."""
    await keyspace.command("RPUSH", keys.timeline(8), REPOST, OLD)
    await keyspace.command("SADD", keys.followed(8), 0, 9)
    await keyspace.command("HSET", keys.SETTLING, 8, "mark")
    await keyspace.command("SET", BODIES[1], OLD + b"[]" + bytes(4))
    await keyspace.command("SET", keys.REPOST + REPOST, NEW + OLD + b"[]" + bytes(4))
    ranking = RankingKind(viewer=8).encode([True, [[unpack(OLD), 1, [unpack(NEW)]]]])
    await keyspace.command("SET", keys.ranking(8), ranking + bytes(4))
    await keyspace.command("SET", NAME, OLD + bytes(4))
    for head in HEADS:
        await keyspace.command("SET", head, bytes((1, 1, 16)) + OLD + bytes(4))


async def begin_streams(keyspace):
    """Let a group owe an event, and another be set aside."""
    await keyspace.command("XGROUP", "CREATE", keys.EVENTS, "group", 0, "MKSTREAM")
    await keyspace.command("XADD", keys.EVENTS, "1-1", "id", "e1")
    await keyspace.command("XREADGROUP", "GROUP", "group", "worker", "STREAMS", keys.EVENTS, ">")
    await keyspace.command("XADD", keys.DEAD, "2-1", "id", "e1")


async def test_scripts_use_only_the_keys_that_are_named(keyspace, confined):
    await begin_streams(keyspace)
    await stand(keyspace)
    for name, names, args in CALLS:
        await confined(name, names, args, MADE.get(name, ()))


def test_every_script_is_tried_and_says_its_keys():
    found = {path.stem: path.read_text("utf-8") for path in Path(LUA).glob("[!_]*.lua")}
    assert {name for name, _, _ in CALLS} == found.keys()
    assert {name for name, text in found.items() if "KEYS:" not in text.split("local ")[0]} == set()
    assert {name for name, text in found.items() if "Not in KEYS:" in text} == MADE.keys()


@pytest.mark.parametrize("name", MADE)
async def test_a_script_that_makes_keys_itself_would_be_found(keyspace, confined, name):
    await stand(keyspace)
    await keyspace.command("SADD", keys.PULLED, 0, 9)
    await keyspace.command("RPUSH", RECENT[0], OLD)
    if name == "fan_out_claim":
        await keyspace.command("ZADD", keys.FAN_OUT[0], 0, NEW)
    if name == "fan_out_chunk":
        await keyspace.command("HSET", PLAN[-1], "owner", "token")
    if name == "views_take":
        await keyspace.command("HSET", keys.VIEWS, NEW, 1)
    if name == "views_done":
        await keyspace.command("HSET", keys.VIEWS_BATCH, "number", 6, NEW, 1)
    if name == "events_open":
        await keyspace.command("SET", "place", "token")
        await keyspace.script(ARRIVE[0], *ARRIVE[2], keys=ARRIVE[1])
    names, args = next((names, args) for called, names, args in CALLS if called == name)
    with pytest.raises(CommandRefused):
        await confined(name, names, args)
    await confined(name, names, args, MADE[name])
