"""Languages of posts: chosen by their authors, else found, and a home timeline in some of them."""

import pytest

from tests.api.test_editing import edit

LANG = "query ($id: ID!) { post(id: $id) { lang } }"
HOME = """query ($langs: [String!], $first: Int = 20, $after: String) {
  homeTimeline(langs: $langs, first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
GERMAN, ENGLISH = "Ich bin heute in Berlin.", "Rain again over the hills."


async def lang(product, post):
    return (await product.run(LANG, None, id=post))["post"]["lang"]


async def home(product, viewer, langs, first=20):
    ids, after, more = [], None, True
    while more:
        page = (await product.run(HOME, viewer, langs=langs, first=first, after=after))["homeTimeline"]
        ids += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return ids


async def test_a_language_is_found_where_it_is_plain_and_a_choice_wins(product):
    mira = await product.sign_up("mira")
    texts = {GERMAN: "de", ENGLISH: "en", "ok": None}
    assert [await lang(product, await product.post(mira, text)) for text in texts] == list(texts.values())
    assert await lang(product, await product.post(mira, GERMAN, lang="nl-BE")) == "nl-BE"


async def test_an_edit_finds_the_language_anew_unless_it_was_chosen(product):
    mira = await product.sign_up("mira")
    found, unknown = await product.post(mira, GERMAN), await product.post(mira, "ok")
    chosen = await product.post(mira, GERMAN, lang="nl")
    for post, expected in ((found, "en"), (chosen, "nl"), (unknown, "en")):
        await edit(product, mira, post, ENGLISH)
        assert await lang(product, post) == expected
    await edit(product, mira, found, warning="Weather")
    assert await lang(product, found) == "en"
    await edit(product, mira, found, "ok")
    assert await lang(product, found) is None
    await edit(product, mira, found, lang="de-AT")
    await edit(product, mira, found, ENGLISH)
    assert await lang(product, found) == "de-AT"


async def test_a_home_timeline_in_some_languages_has_those_without_any_and_ones_own(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    german, english, unknown, other = [
        await product.post(mira, text, **more)
        for text, more in ((GERMAN, {}), (ENGLISH, {"lang": "en-GB"}), ("ok", {}), ("Olá", {"lang": "pt-BR"}))
    ]
    own = await product.post(jo, GERMAN)
    await product.settle()
    every = [own, other, unknown, english, german]
    for first in (1, 20):
        assert await home(product, jo, None, first) == every
        assert await home(product, jo, ["EN"], first) == [own, unknown, english]
        assert await home(product, jo, ["de-CH", "pt"], first) == [own, other, unknown, german]
        assert await home(product, jo, [], first) == [own, unknown]


@pytest.mark.parametrize("langs", [["?"], ["en"] * 21])
async def test_what_is_no_language_is_refused(product, langs):
    jo = await product.sign_up("jo2")
    assert (await product.ask(HOME, jo, langs=langs)).refusal == ("INVALID_INPUT", "langs")


async def test_a_warm_page_in_some_languages_is_one_round_trip(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    for _ in range(3):
        await product.post(mira, GERMAN)
    await product.settle()
    await home(product, jo, ["de"])
    product.round_trips.clear()
    await home(product, jo, ["de"])
    assert (product.round_trips.graph, len(product.round_trips.redis)) == ([], 1)
