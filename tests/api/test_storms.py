"""Many writes at once: counts equal edges, no edge is there twice, and no write fails."""

import asyncio
import random

import pytest

from tests.api.product import DELETE, FOLLOW, LIKE, PASSWORD, POST, SIGN_UP, UNFOLLOW, UNLIKE

TWINS = "MATCH (a:User)-[r:FOLLOWS|LIKED]->(b) WITH a, b, type(r) AS kind, count(*) AS n WHERE n > 1 RETURN count(*)"
FOLLOWERS = """query ($name: String!) { user(username: $name) {
  followerCount followers(first: 100) { edges { node { username } } } } }"""
LIKES = "query ($id: ID!) { post(id: $id) { likeCount } }"


async def all_of(*asked):
    answers = await asyncio.gather(*asked)
    assert [answer.errors for answer in answers if answer.errors] == []
    return answers


async def crowd(product, count):
    return await asyncio.gather(*(product.sign_up(f"name{each}") for each in range(count)))


async def test_one_person_who_follows_another_many_times_at_once_follows_once(product):
    mira, jo = await product.people("mira", "jo2")
    await all_of(*(product.ask(FOLLOW, mira, input={"userId": jo.id}) for _ in range(30)))
    assert await product.cypher(TWINS) == 0
    assert (await product.event_types()).count("follow.created") == 1
    assert (await product.run(FOLLOWERS, name="jo2"))["user"]["followerCount"] == 1


async def test_one_person_is_followed_by_many_at_once(product):
    jo, *people = await crowd(product, 41)
    await all_of(*(product.ask(FOLLOW, each, input={"userId": jo.id}) for each in people))
    found = (await product.run(FOLLOWERS, name="name0"))["user"]
    assert found["followerCount"] == 40
    assert len({edge["node"]["username"] for edge in found["followers"]["edges"]}) == 40


async def test_people_who_follow_and_unfollow_each_other_at_once_leave_exact_counts(product):
    people, chance = await crowd(product, 6), random.Random(6)
    asked = []
    for _ in range(120):
        one, other = chance.sample(people, 2)
        asked.append(product.ask(chance.choice([FOLLOW, FOLLOW, UNFOLLOW]), one, input={"userId": other.id}))
    await all_of(*asked)
    assert await product.cypher(TWINS) == 0
    for each in people:
        found = (await product.run(FOLLOWERS, name=each.username))["user"]
        edges = await product.cypher("MATCH (:User)-[f:FOLLOWS]->(:User {id: $id}) RETURN count(f)", id=each.own_id)
        assert found["followerCount"] == len(found["followers"]["edges"]) == edges


async def test_a_post_that_is_liked_and_unliked_by_many_at_once_has_exact_likes(product):
    people, chance = await crowd(product, 8), random.Random(8)
    post = await product.post(people[0])
    await all_of(*(product.ask(LIKE, each, input={"postId": post}) for each in people for _ in range(4)))
    assert (await product.run(LIKES, id=post))["post"]["likeCount"] == 8
    await all_of(*(
        product.ask(chance.choice([LIKE, UNLIKE]), chance.choice(people), input={"postId": post}) for _ in range(80)
    ))
    assert await product.cypher(TWINS) == 0
    edges = await product.cypher("MATCH ()-[l:LIKED]->() RETURN count(l)")
    assert (await product.run(LIKES, id=post))["post"]["likeCount"] == edges


@pytest.mark.parametrize("action", [LIKE, POST])
async def test_a_post_that_is_deleted_while_others_act_on_it_is_gone(product, action):
    people = await crowd(product, 9)
    post = await product.post(people[0])
    given = {"postId": post} if action is LIKE else {"text": "Indeed.", "replyToId": post}
    answers = await asyncio.gather(
        *(product.ask(action, each, input=given) for each in people[1:5]),
        product.ask(DELETE, people[0], input={"postId": post}),
        *(product.ask(action, each, input=given) for each in people[5:]),
    )
    assert {answer.code for answer in answers} <= {None, "NOT_FOUND"}
    assert answers[4].code is None
    assert (await product.run(LIKES, id=post))["post"] is None


async def test_posts_that_name_the_same_people_and_hashtags_in_any_order_are_all_written(product):
    people, chance = await crowd(product, 6), random.Random(3)
    words = [*(f"@{each.username}" for each in people), "#one", "#two", "#three", "#four"]
    texts = [" ".join(chance.sample(words, len(words))) for _ in range(36)]
    await all_of(*(product.ask(POST, people[at % 6], input={"text": text}) for at, text in enumerate(texts)))
    assert await product.cypher("MATCH (:Post)-[t:TAGGED]->(:Hashtag) RETURN count(t)") == 36 * 4
    assert await product.cypher("MATCH (:Post)-[m:MENTIONS]->(:User) RETURN count(m)") == 36 * 5
    assert await product.cypher("MATCH (h:Hashtag) RETURN count(h)") == 4


async def test_a_name_is_taken_once_however_many_want_it(product):
    answers = await asyncio.gather(*(
        product.ask(SIGN_UP, input={"username": "mira", "email": f"mira{each}@example.org", "password": PASSWORD})
        for each in range(10)
    ))
    assert sorted(answer.refusal[1] or "" for answer in answers) == ["", *["username"] * 9]
