"""Suggestions are cached for a minute: what that saves, what ends it at once, and that nothing hidden meanwhile is shown."""

import asyncio
import random
from dataclasses import fields

import pytest

from clock import now_ms
from keyspace import keys
from keyspace.rankings import RankingKind
from keyspace.row_cache import USERS, RowCache
from loaders.rankings import LEAST, SPARE, RankingByViewer
from tests.api.product import PASSWORD
from tests.api.relationships import DEACTIVATE, choose, done
from tests.api.test_hidden_follows import written
from tests.worlds.strangers import Strangers

SUGGESTIONS = """query ($first: Int!) { peopleYouMayKnow(first: $first) {
  person { username } mutualCount mutuals { username } } }"""
MUTE = "mutation ($input: MuteInput!) { mute(input: $input) { user { id } } }"
STATEMENT = "suggestions/people"


async def suggested(product, viewer, first=10):
    """Give who is suggested, with the count and the names of their mutuals."""
    found = (await product.run(SUGGESTIONS, viewer, first=first))["peopleYouMayKnow"]
    return {
        each["person"]["username"]: (each["mutualCount"], sorted(mutual["username"] for mutual in each["mutuals"]))
        for each in found
    }


async def asked(product, viewer, first=10):
    """Give who is suggested, and how often the graph ranked for that."""
    product.round_trips.clear()
    found = await suggested(product, viewer, first)
    return found, product.round_trips.graph.count(STATEMENT)


@pytest.fixture
async def town(product):
    """Mira follows jo and ann; both follow kim, and jo follows lee."""
    mira, jo, ann, kim, lee = await product.people("mira", "jo2", "ann", "kim", "lee")
    await product.follow(mira, jo, ann)
    await product.follow(jo, kim, lee)
    await product.follow(ann, kim)
    assert await suggested(product, mira) == {"kim": (2, ["ann", "jo2"]), "lee": (1, ["jo2"])}
    return mira, jo, ann, kim, lee


async def test_a_cached_answer_asks_the_graph_nothing_and_redis_once(product, town):
    product.round_trips.clear()
    await suggested(product, town[0])
    assert (product.round_trips.graph, len(product.round_trips.redis)) == ([], 1)


async def test_it_is_cached_for_a_minute_at_most(product, town, keyspace):
    mira = town[0]
    key = await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=mira.own_id)
    assert 50 <= await keyspace.command("TTL", RankingKind(viewer=key).key(mira.own_id)) <= 60


async def test_whom_others_follow_shows_when_the_minute_is_over(product, town, keyspace):
    mira, jo, _, _, _ = town
    dan = await product.sign_up("dan")
    await product.follow(jo, dan)
    assert "dan" not in (await asked(product, mira))[0]
    key = await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=mira.own_id)
    await keyspace.command("UNLINK", RankingKind(viewer=key).key(mira.own_id))
    assert (await suggested(product, mira))["dan"] == (1, ["jo2"])


async def test_what_the_viewer_does_shows_at_once(product, town):
    mira, _, _, kim, _ = town
    for one, other in (("follow", "unfollow"), ("mute", "unmute"), ("block", "unblock")):
        await done(product, one, mira, kim)
        assert (one, *await asked(product, mira)) == (one, {"lee": (1, ["jo2"])}, 1)
        await done(product, other, mira, kim)
        assert (other, *await asked(product, mira)) == (other, {"kim": (2, ["ann", "jo2"]), "lee": (1, ["jo2"])}, 1)


async def test_a_request_and_its_end_make_a_new_ranking(product, town):
    mira, _, _, kim, _ = town
    await choose(product, kim, private=True)
    for name in ("follow", "cancelFollowRequest"):
        await done(product, name, mira, kim)
        assert (name, *await asked(product, mira)) == (name, {"lee": (1, ["jo2"])}, 1)


async def test_whom_the_viewer_follows_no_longer_is_no_reason(product, town):
    mira, jo, _, _, _ = town
    await product.unfollow(mira, jo)
    assert await suggested(product, mira) == {"kim": (1, ["ann"])}


async def hidden(product, user):
    await choose(product, user, discoverable=False)


async def gone_private(product, user):
    await choose(product, user, private=True)


async def hiding_followers(product, user):
    await choose(product, user, hideFollowers=True)


async def hiding_following(product, user):
    await choose(product, user, hideFollowing=True)


async def deactivated(product, user):
    await product.run(DEACTIVATE, user, input={"password": PASSWORD})


async def suspended(product, user):
    await product.served.parts.accounts.suspension.suspend(user.username, "A test.")


async def test_a_candidate_who_hides_is_gone_at_once_and_without_a_new_ranking(product):
    mira, jo, *candidates = await product.people("mira", "jo2", "kim", "lee", "dan", "eva", "finn")
    await product.follow(mira, jo)
    await product.follow(jo, *candidates)
    left = list(await suggested(product, mira))
    assert left == [user.username for user in candidates]
    for user, hide in zip(candidates, (hidden, gone_private, hiding_followers, deactivated, suspended), strict=True):
        await hide(product, user)
        left.remove(user.username)
        assert await asked(product, mira) == ({name: (1, ["jo2"]) for name in left}, 0)


async def test_a_mutual_who_hides_is_neither_named_nor_counted(product):
    mira, kim, *mutuals = await product.people("mira", "kim", "jo2", "ann", "dan")
    for user in mutuals:
        await product.follow(mira, user)
        await product.follow(user, kim)
    left = sorted(user.username for user in mutuals)
    assert await suggested(product, mira) == {"kim": (3, left)}
    for user, hide in zip(mutuals, (hiding_following, deactivated, suspended), strict=True):
        await hide(product, user)
        left.remove(user.username)
        assert await asked(product, mira) == ({"kim": (len(left), left)} if left else {}, 0)


async def test_a_mutual_who_is_private_is_still_named_to_followers(product, town):
    mira, jo, _, _, _ = town
    await gone_private(product, jo)
    assert await suggested(product, mira) == {"kim": (2, ["ann", "jo2"]), "lee": (1, ["jo2"])}


async def test_a_mutual_who_ends_the_follow_is_no_reason_any_more(product, town):
    mira, jo, ann, _, _ = town
    await done(product, "removeFollower", jo, mira)
    assert await suggested(product, mira) == {"kim": (1, ["ann"])}
    await done(product, "block", ann, mira)
    assert await suggested(product, mira) == {}


async def test_a_candidate_who_blocks_the_viewer_is_gone_at_once(product, town):
    mira, _, _, kim, _ = town
    await done(product, "block", kim, mira)
    assert await suggested(product, mira) == {"lee": (1, ["jo2"])}
    await done(product, "unblock", kim, mira)
    assert "kim" in await suggested(product, mira)


async def test_whom_one_blocks_is_not_named_after_what_was_read_before(product, town):
    """A ranking that was read before a block is not stored after it."""
    mira, jo, *_ = town
    cache = product.served.parts.services.cache
    kind = RankingKind(viewer=await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=mira.own_id))
    await cache.invalidate([(kind, mira.own_id)])
    reading = await cache.rows(kind, [mira.own_id])
    await done(product, "block", jo, mira)
    await cache.fill_rows(kind, {mira.own_id: [True, [[jo.own_id, 1, []]]]}, reading.leases)
    assert (await cache.rows(kind, [mira.own_id])).found == {}


async def crowded(product, count):
    """Let mira follow jo, who follows so many, the oldest first."""
    mira, jo = await product.people("mira", "jo2")
    await product.follow(mira, jo)
    await product.cypher(
        """MATCH (jo:User {usernameKey: 'jo2'})
        UNWIND range(1, $count) AS n
        CREATE (u:User {id: '01890a5d-ac96-774b-bcce-' + right('000000000000' + n, 12), key: 1000 + n, username: 'u' + n,
          usernameKey: 'u' + n, displayName: 'U', bio: '', private: false, discoverable: true, state: 'ACTIVE', createdAt: 0})
        CREATE (jo)-[:FOLLOWS {at: n, follower: jo.key, followed: u.key}]->(u)
        RETURN count(*)""",
        count=count,
    )
    return mira


async def hide_first(product, count):
    """Hide the first of them."""
    ids = await product.cypher(
        """MATCH (u:User) WHERE 1000 < u.key <= 1000 + $count
        SET u.discoverable = false
        RETURN collect(u.id)""",
        count=count,
    )
    await product.served.parts.services.cache.invalidate([(USERS, id_) for id_ in ids])


async def test_a_page_is_full_though_some_hide_and_is_ranked_anew_where_too_many_do(product):
    mira = await crowded(product, 40)
    assert list((await asked(product, mira))[0]) == [f"u{n}" for n in range(1, 11)]
    await hide_first(product, SPARE)
    assert await asked(product, mira) == ({f"u{n}": (1, ["jo2"]) for n in range(SPARE + 1, SPARE + 11)}, 0)
    await hide_first(product, SPARE + 1)
    found, rankings = await asked(product, mira)
    assert (list(found), rankings) == ([f"u{n}" for n in range(SPARE + 2, SPARE + 12)], 1)
    assert (await asked(product, mira))[1] == 0


async def test_a_ranking_serves_pages_of_other_sizes(product):
    mira = await crowded(product, 40)
    found = {first: await asked(product, mira, first) for first in (3, 10, 25, 10, 30, 1, 40)}
    assert {first: len(each[0]) for first, each in found.items()} == {first: first for first in found}
    assert LEAST == 10
    assert {first: rankings for first, (_, rankings) in found.items()} == {3: 1, 10: 0, 25: 1, 30: 0, 1: 0, 40: 1}


async def test_fields_of_one_operation_have_each_as_many_as_they_ask_for(product):
    mira = await crowded(product, 60)
    both = """{ a: peopleYouMayKnow(first: 50) { person { username } }
      b: peopleYouMayKnow(first: 20) { person { username } } }"""
    for cached in (False, True):
        await product.forget_caches()
        if cached:
            await suggested(product, mira)
        product.round_trips.clear()
        found = await product.run(both, mira)
        assert (len(found["a"]), len(found["b"])) == (50, 20)
        assert product.round_trips.graph.count(STATEMENT) == 1


async def test_a_ranking_made_anew_is_whole_though_somebody_stores_a_shorter_one_meanwhile(product):
    mira = await crowded(product, 40)
    parts = product.served.parts
    key = await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=mira.own_id)

    class Overtaken(RowCache):
        async def invalidate(self, rows, fields=()):
            await RowCache.invalidate(self, rows, fields)
            await suggested(product, mira)

    cache = Overtaken(**{each.name: getattr(parts.services.cache, each.name) for each in fields(RowCache)})
    rankings = RankingByViewer(parts.graph, cache, (mira.own_id, key))
    short = await rankings.current(10)
    assert len((await rankings.anew(short, 25)).candidates) >= 25


async def test_those_who_ask_at_once_share_one_ranking(product, town):
    mira, *_ = town
    for _ in range(2):  # the first compiles
        await product.forget_caches()
        product.round_trips.clear()
        answers = await asyncio.gather(*(suggested(product, mira) for _ in range(32)))
        assert product.round_trips.graph.count(STATEMENT) == 1
        assert all(answer == answers[0] for answer in answers)


async def test_a_mute_that_ends_lets_somebody_be_suggested_in_the_next_ranking(product, town, keyspace):
    mira, _, _, kim, _ = town
    await product.run(MUTE, mira, input={"userId": kim.id})
    assert "kim" not in await suggested(product, mira)
    await product.cypher("MATCH ()-[m:MUTES]->() SET m.until = $past RETURN count(m)", past=now_ms() - 1)
    await keyspace.command("UNLINK", *await keyspace.command("KEYS", keys.RANKING + b"*"))
    assert "kim" in await suggested(product, mira)


@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_whatever_others_hide_meanwhile_is_as_hidden_as_in_a_new_ranking(product, seed):
    """With so few people all mutuals are held, so counts are exact as well."""
    people, chance = Strangers.of(seed, 14), random.Random(seed)
    looking = [(key, viewer) for key, viewer in (await written(product, people)).items() if key is not None]
    for _, viewer in looking:
        await suggested(product, viewer, 50)
    keys = chance.sample(sorted(people.ids), 5)
    for key in keys:
        what = chance.choice(["private", "discoverable", "hideFollowers", "hideFollowing", "state"])
        if what == "state":
            people.active.discard(key)
            await product.cypher("MATCH (u:User {key: $key}) SET u.state = 'SUSPENDED' RETURN 1", key=key)
        else:
            people.flags[key][what] = what != "discoverable"
            await product.cypher("MATCH (u:User {key: $key}) SET u += $flags RETURN 1", key=key, flags=people.flags[key])
    await product.served.parts.services.cache.invalidate([(USERS, people.ids[key]) for key in keys])
    names = {f"u{key}": id_ for key, id_ in people.ids.items()}
    for key, viewer in looking:
        if key in people.active:
            found, rankings = await asked(product, viewer, 50)
            truth = {id_: (count, mutuals) for id_, count, mutuals in people.suggested(key)}
            assert {names[name]: count for name, (count, _) in found.items()} == {id_: of[0] for id_, of in truth.items()}
            assert all({names[one] for one in named} <= truth[names[name]][1] for name, (_, named) in found.items())
            assert rankings == 0
