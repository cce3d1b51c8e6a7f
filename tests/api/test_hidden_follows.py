"""Lists of people, suggestions and ways between people show no hidden follow: every viewer, beside the plain truth."""

from itertools import pairwise

import pytest

from resolvers.global_ids import encode
from tests.api.product import Person, own_id
from tests.api.relationships import choose
from tests.worlds.strangers import Strangers

IDS = "{ edges { node { id } } pageInfo { hasNextPage startCursor endCursor } }"
LISTS = f"""query ($id: ID!) {{ node(id: $id) {{ ... on User {{
  followers(first: 100) {IDS} following(first: 100) {IDS} followersYouKnow(first: 100) {IDS} }} }} }}"""
SUGGESTIONS = "{ peopleYouMayKnow(first: 50) { person { id } mutualCount mutuals { id } } }"
APART = "query ($to: ID!, $from: ID!) { degreesApart(toId: $to, fromId: $from) { degrees people { id } } }"
NOTHING = {"edges": [], "pageInfo": {"hasNextPage": False, "startCursor": None, "endCursor": None}}


async def written(product, people: Strangers) -> dict[int | None, Person | None]:
    """Put them into the graph; return those who can look, nobody among them."""
    await product.cypher(
        """UNWIND $people AS row
        CREATE (u:User {id: row[0], key: row[1], username: 'u' + row[1], usernameKey: 'u' + row[1], displayName: 'U', bio: '',
          state: CASE WHEN row[2] THEN 'ACTIVE' ELSE 'DEACTIVATED' END, createdAt: 0})
        SET u += row[3]
        RETURN count(*)""",
        people=[[id_, key, key in people.active, people.flags[key]] for key, id_ in people.ids.items()],
    )
    await product.cypher(
        """UNWIND $rows AS row
        MATCH (a:User {key: row[1]}) MATCH (b:User {key: row[2]})
        FOREACH (_ IN CASE row[0] WHEN 'follows' THEN [1] ELSE [] END |
          CREATE (a)-[:FOLLOWS {at: a.key, follower: a.key, followed: b.key}]->(b))
        FOREACH (_ IN CASE row[0] WHEN 'asked' THEN [1] ELSE [] END |
          CREATE (a)-[:REQUESTED {at: 1, follower: a.key, followed: b.key}]->(b))
        FOREACH (_ IN CASE row[0] WHEN 'blocks' THEN [1] ELSE [] END |
          CREATE (a)-[:BLOCKS {at: 1, blocker: a.key, blocked: b.key}]->(b))
        FOREACH (_ IN CASE row[0] WHEN 'mutes' THEN [1] ELSE [] END |
          CREATE (a)-[:MUTES {at: 1, repostsOnly: false, muter: a.key, muted: b.key}]->(b))
        RETURN count(*)""",
        rows=[[kind, *edge] for kind in ("follows", "asked", "blocks", "mutes") for edge in sorted(getattr(people, kind))],
    )
    tokens = product.served.parts.accounts.tokens
    looking: dict[int | None, Person | None] = {
        key: Person(encode("User", id_), f"u{key}", tokens.issue(id_, key).token)
        for key, id_ in people.ids.items()
        if key in people.active
    }
    looking[None] = None
    return looking


def ids_of(page):
    return [own_id(edge["node"]["id"]) for edge in page["edges"]]


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_viewer_sees_exactly_what_is_shown_to_them(product, seed):
    people = Strangers.of(seed, 10)
    for key, viewer in (await written(product, people)).items():
        for other, id_ in people.ids.items():
            found = (await product.run(LISTS, viewer, id=encode("User", id_)))["node"]
            assert (found is not None) == people.sees(key, other)
            if found:
                assert ids_of(found["followers"]) == people.followers(key, other)
                assert ids_of(found["following"]) == people.following(key, other)
                assert ids_of(found["followersYouKnow"]) == people.known(key, other)
                assert not any(page["pageInfo"]["hasNextPage"] for page in found.values())


@pytest.mark.parametrize("seed", [3, 4, 5])
async def test_suggestions_give_only_reasons_that_are_shown(product, seed):
    people = Strangers.of(seed, 14)
    for key, viewer in (await written(product, people)).items():
        if viewer is not None and key is not None:
            found = (await product.run(SUGGESTIONS, viewer))["peopleYouMayKnow"]
            truth = people.suggested(key)
            assert [(own_id(each["person"]["id"]), each["mutualCount"]) for each in found] == [each[:2] for each in truth]
            for each, (_, count, mutuals) in zip(found, truth, strict=True):
                named = {own_id(mutual["id"]) for mutual in each["mutuals"]}
                assert named <= mutuals and len(named) == min(3, count)


@pytest.mark.parametrize("seed", [6, 7])
async def test_ways_go_only_along_follows_that_are_shown(product, seed):
    people = Strangers.of(seed, 9)
    keys = {id_: key for key, id_ in people.ids.items()}
    for key, viewer in (await written(product, people)).items():
        shown = people.shown(key)
        for source in people.ids if key is None else [key, key % 9 + 1]:
            for target in people.ids:
                ends = {"from": encode("User", people.ids[source]), "to": encode("User", people.ids[target])}
                found = (await product.run(APART, viewer, **ends))["degreesApart"]
                assert (found and found["degrees"]) == people.degrees(key, source, target)
                way = [keys[own_id(each["id"])] for each in found["people"]] if found else []
                assert all(step in shown for step in pairwise(way))


async def test_a_hidden_list_is_an_empty_page(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    await product.follow(jo, mira)
    await product.follow(mira, kim)
    await choose(product, mira, hideFollowers=True, hideFollowing=True)
    hidden = (await product.run(LISTS, kim, id=mira.id))["node"]
    assert hidden == {"followers": NOTHING, "following": NOTHING, "followersYouKnow": NOTHING}
    own = (await product.run(LISTS, mira, id=mira.id))["node"]
    assert (ids_of(own["followers"]), ids_of(own["following"])) == ([jo.own_id], [kim.own_id])


async def test_a_page_is_full_though_most_of_the_list_is_hidden(product):
    mira = await product.sign_up("mira")
    await product.cypher(
        """MATCH (m:User {usernameKey: 'mira'})
        UNWIND range(1, 300) AS n
        CREATE (u:User {id: '01890a5d-ac96-774b-bcce-' + right('000000000000' + n, 12), key: 1000 + n, username: 'u' + n,
          usernameKey: 'u' + n, displayName: 'U', bio: '', private: false, discoverable: true, state: 'ACTIVE', createdAt: 0,
          hideFollowing: n % 20 <> 0})
        CREATE (u)-[:FOLLOWS {at: n, follower: u.key, followed: m.key}]->(m)
        RETURN count(*)"""
    )
    document = """query ($id: ID!, $after: String) { node(id: $id) { ... on User { followers(first: 4, after: $after) {
      edges { node { username } } pageInfo { hasNextPage endCursor } } } } }"""
    pages, after, more = [], None, True
    while more:
        page = (await product.run(document, id=mira.id, after=after))["node"]["followers"]
        pages.append([edge["node"]["username"] for edge in page["edges"]])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert [name for page in pages for name in page] == [f"u{n}" for n in range(300, 0, -20)]
    assert all(len(page) == 4 for page in pages[:-1])
