"""Liking posts and taking likes back."""

from tests.api.product import DELETE, LIKE, UNLIKE


async def done(product, document, viewer, post):
    (payload,) = (await product.run(document, viewer, input={"postId": post})).values()
    return payload["post"]["viewerLikes"], payload["post"]["likeCount"]


async def test_a_like_is_seen_in_its_answer(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    assert await done(product, LIKE, jo, post) == (True, 1)
    assert await done(product, LIKE, mira, post) == (True, 2)
    assert await done(product, UNLIKE, jo, post) == (False, 1)


async def test_twice_is_as_good_as_once(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    for document, outcome in ((LIKE, (True, 1)), (LIKE, (True, 1)), (UNLIKE, (False, 0)), (UNLIKE, (False, 0))):
        assert await done(product, document, mira, post) == outcome
    assert (await product.event_types())[2:] == ["post.liked", "post.unliked"]


async def test_each_viewer_sees_their_own_likes(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.like(jo, post)
    read = "query ($id: ID!) { post(id: $id) { viewerLikes likeCount } }"
    seen = [(await product.run(read, viewer, id=post))["post"] for viewer in (jo, mira, None)]
    assert seen == [{"viewerLikes": likes, "likeCount": 1} for likes in (True, False, False)]


async def test_what_is_gone_is_neither_liked_nor_unliked(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.like(jo, post)
    await product.run(DELETE, mira, input={"postId": post})
    for document in (LIKE, UNLIKE):
        assert (await product.ask(document, jo, input={"postId": post})).code == "NOT_FOUND"
