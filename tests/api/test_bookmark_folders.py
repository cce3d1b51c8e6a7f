"""Folders of bookmarks: named, private, and each bookmark in one or in none."""

import asyncio

import pytest

from errors import Conflict, Unavailable
from services.posts import bookmark_folders
from tests.api.product import own_id
from tests.api.test_write_limits import viewer_of

CREATE = "mutation ($input: CreateBookmarkFolderInput!) { createBookmarkFolder(input: $input) { folder { id name } } }"
RENAME = "mutation ($input: RenameBookmarkFolderInput!) { renameBookmarkFolder(input: $input) { folder { id name } } }"
DELETE = "mutation ($input: DeleteBookmarkFolderInput!) { deleteBookmarkFolder(input: $input) { deletedFolderId } }"
BOOKMARK = """mutation ($input: BookmarkPostInput!) { bookmarkPost(input: $input) {
  post { id viewerBookmarkFolder { name bookmarkCount } } bookmarkEdge { cursor } } }"""
MOVE = "mutation ($input: MoveBookmarkInput!) { moveBookmark(input: $input) { post { id } folder { name bookmarkCount } } }"
REMOVE = "mutation ($input: RemoveBookmarkInput!) { removeBookmark(input: $input) { postId } }"
FOLDERS = "{ bookmarkFolders { id name bookmarkCount } }"
PAGE = """query ($folder: ID, $first: Int, $after: String, $last: Int, $before: String) {
  bookmarks(folderId: $folder, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { node { id viewerBookmarkFolder { name } } } pageInfo { endCursor hasNextPage startCursor } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id ... on BookmarkFolder { name } } }"


async def folder(product, viewer, name, **more):
    return (await product.run(CREATE, viewer, input={"name": name, **more}))["createBookmarkFolder"]["folder"]["id"]


async def put(product, viewer, post, **more):
    """Bookmark a post, and return the name of the folder that it is in then and how many are in that."""
    made = (await product.run(BOOKMARK, viewer, input={"postId": post, **more}))["bookmarkPost"]["post"]["viewerBookmarkFolder"]
    return made and (made["name"], made["bookmarkCount"])


async def moved(product, viewer, post, to):
    made = (await product.run(MOVE, viewer, input={"postId": post, "folderId": to}))["moveBookmark"]["folder"]
    return made and (made["name"], made["bookmarkCount"])


async def folders(product, viewer):
    return [(each["name"], each["bookmarkCount"]) for each in (await product.run(FOLDERS, viewer))["bookmarkFolders"]]


async def page(product, viewer, folder_id=None, **window):
    found = (await product.run(PAGE, viewer, folder=folder_id, **window))["bookmarks"]
    return [edge["node"]["id"] for edge in found["edges"]]


async def edges(product):
    text = "RETURN [COUNT { ()-[:BOOKMARKED]->() }, COUNT { ()-[:HOLDS]->() }, COUNT { (:BookmarkFolder) }]"
    return await product.cypher(text)


async def cast(product, posts=3):
    mira, jo = await product.people("mira", "jo2")
    return mira, jo, [await product.post(mira, f"Post {each}.") for each in range(posts)]


async def test_a_bookmark_is_in_one_folder_or_in_none_and_in_the_list_of_all(product):
    _, jo, posts = await cast(product)
    one, other = await folder(product, jo, "One"), await folder(product, jo, "Other")
    assert await put(product, jo, posts[0]) is None
    assert await put(product, jo, posts[1], folderId=one) == ("One", 1)
    assert await put(product, jo, posts[2], folderId=one) == ("One", 2)
    assert await put(product, jo, posts[1]) == ("One", 2)  # without a folder it stays where it is
    assert await put(product, jo, posts[1], folderId=other) == ("Other", 1)
    assert await moved(product, jo, posts[0], other) == ("Other", 2)
    assert [await page(product, jo, each) for each in (None, one, other)] == [posts[::-1], [posts[2]], [posts[1], posts[0]]]
    assert await moved(product, jo, posts[1], None) is None
    assert await moved(product, jo, posts[1], None) is None
    await product.run(REMOVE, jo, input={"postId": posts[2]})
    assert await folders(product, jo) == [("One", 0), ("Other", 1)]
    assert await edges(product) == [2, 1, 2]


async def test_the_folder_that_a_bookmark_leaves_is_in_the_answer_with_what_it_holds_now(product):
    _, jo, posts = await cast(product)
    one, other = await folder(product, jo, "One"), await folder(product, jo, "Other")

    async def left(name, **given):
        document = f"""mutation ($input: {name}Input!) {{ {name[0].lower()}{name[1:]}(input: $input) {{
          folderLeft {{ id name bookmarkCount createdAt }} }} }}"""
        (payload,) = (await product.run(document, jo, input=given)).values()
        found = payload["folderLeft"]
        return found and (found["id"], found["name"], found["bookmarkCount"])

    for post in posts:
        assert await left("BookmarkPost", postId=post, folderId=one) is None
    assert await left("BookmarkPost", postId=posts[0]) is None
    assert await left("BookmarkPost", postId=posts[0], folderId=other) == (one, "One", 2)
    assert await left("BookmarkPost", postId=posts[0], folderId=other) is None
    assert await left("MoveBookmark", postId=posts[1], folderId=other) == (one, "One", 1)
    assert await left("MoveBookmark", postId=posts[1], folderId=other) is None
    assert await left("MoveBookmark", postId=posts[1], folderId=None) == (other, "Other", 1)
    assert await left("MoveBookmark", postId=posts[1], folderId=None) is None
    assert await left("RemoveBookmark", postId=posts[1]) is None
    assert await left("RemoveBookmark", postId=posts[2]) == (one, "One", 0)
    assert await left("RemoveBookmark", postId=posts[2]) is None
    assert await folders(product, jo) == [("One", 0), ("Other", 1)]
    await product.run(DELETE, jo, input={"folderId": other})
    assert await left("MoveBookmark", postId=posts[0], folderId=one) is None  # what is deleted is nobody's folder any more


async def test_pages_of_a_folder_join_without_a_seam_from_either_end_and_show_what_may_be_seen(product):
    mira, jo, posts = await cast(product, 6)
    one = await folder(product, jo, "One")
    for post in posts:
        await put(product, jo, post, folderId=one)
    await product.cypher("MATCH ()-[b:BOOKMARKED|HOLDS]->() SET b.at = b.at - b.at % 1000000000 RETURN count(b)")
    await product.delete(mira, posts[1])
    await product.hide(mira, posts[4])
    assert (await product.ask(MOVE, jo, input={"postId": posts[4], "folderId": None})).code == "NOT_FOUND"
    expected = sorted((posts[each] for each in (0, 2, 3, 5)), key=posts.index, reverse=True)
    assert await page(product, jo, one) == expected
    for size in (1, 3):
        found, place, more = [], None, True
        while more:
            slice_ = (await product.run(PAGE, jo, folder=one, first=size, after=place))["bookmarks"]
            found += [edge["node"]["id"] for edge in slice_["edges"]]
            place, more = slice_["pageInfo"]["endCursor"], slice_["pageInfo"]["hasNextPage"]
        assert found == expected
    assert await page(product, jo, one, last=2) == expected[-2:]
    found = (await product.run(PAGE, jo, folder=one, first=1))["bookmarks"]
    assert (found["totalCount"], found["edges"][0]["node"]["viewerBookmarkFolder"]) == (6, {"name": "One"})
    cursor = found["pageInfo"]["endCursor"]
    assert (await product.ask(PAGE, jo, folder=None, after=cursor)).refusal == ("INVALID_INPUT", "after")


async def test_names_are_one_of_a_kind_for_a_person_and_ordered(product):
    mira, jo, _ = await cast(product, 0)
    ids = [await folder(product, jo, name) for name in ("Zebras", "Äpfel", "  Bread   and butter ")]
    for taken in ("zebras", "ZEBRAS", "\uff3aebras", "a\u0308pfel"):
        assert (await product.ask(CREATE, jo, input={"name": taken})).refusal == ("CONFLICT", "name")
    assert (await product.ask(RENAME, jo, input={"folderId": ids[0], "name": "äpfel"})).refusal == ("CONFLICT", "name")
    await product.run(RENAME, jo, input={"folderId": ids[0], "name": "zebras"})
    assert [name for name, _ in await folders(product, jo)] == ["Äpfel", "Bread and butter", "zebras"]
    await folder(product, mira, "Zebras")
    for bad in ("", "   ", "\u200b", "x" * 61, "a\u202eb", "a\u0000"):
        for document, more in ((CREATE, {}), (RENAME, {"folderId": ids[0]})):
            assert (await product.ask(document, jo, input={"name": bad, **more})).refusal == ("INVALID_INPUT", "name")
    assert await folder(product, jo, "x" * 60)


async def test_twice_at_once_and_the_same_key_make_one_folder(product):
    _, jo, _ = await cast(product, 0)
    answers = await asyncio.gather(*(product.ask(CREATE, jo, input={"name": "One"}) for _ in range(6)))
    assert sorted(str(each.code) for each in answers) == ["CONFLICT"] * 5 + ["None"]
    again = [await folder(product, jo, "Two", idempotencyKey="k") for _ in range(2)]
    assert len(set(again)) == 1
    assert [name for name, _ in await folders(product, jo)] == ["One", "Two"]


async def test_of_200_folders_at_once_no_more_are_made_than_may_be(product, served, monkeypatch):
    _, jo, _ = await cast(product, 0)
    monkeypatch.setattr(bookmark_folders, "FOLDERS_MAX", 20)
    viewer, service = await viewer_of(product, jo), served.parts.services.bookmark_folders
    made = await asyncio.gather(*(service.create(viewer, f"Folder {each}") for each in range(200)), return_exceptions=True)
    refused = [each for each in made if isinstance(each, BaseException)]
    assert {type(each) for each in refused} <= {Conflict, Unavailable}  # of a line of 200 some may wait for too long
    assert len(made) - len(refused) == len(await folders(product, jo)) == 20


async def test_200_at_once_put_move_and_remove_and_each_bookmark_is_where_one_of_them_left_it(product, served):
    _, jo, posts = await cast(product, 4)
    ids = [own_id(await folder(product, jo, name)) for name in ("One", "Two")]
    own = [own_id(post) for post in posts]
    viewer, bookmarks = await viewer_of(product, jo), served.parts.services.bookmarks
    for post in own:
        await bookmarks.add(viewer, post, ids[0])

    async def act(at):
        post, folder_id = own[at % 4], ids[at % 2]
        if at % 3 == 1:
            await bookmarks.move(viewer, post, folder_id)
        else:
            await bookmarks.add(viewer, post, folder_id if at % 3 else None)

    await asyncio.gather(*(act(at) for at in range(200)))
    assert await edges(product) == [4, 4, 2]
    counts = dict(await folders(product, jo))
    assert (sum(counts.values()), len(await page(product, jo))) == (4, 4)
    await asyncio.gather(*(bookmarks.remove(viewer, post) for post in own * 10))
    assert await edges(product) == [0, 0, 2]


async def test_a_deleted_folder_leaves_its_bookmarks_in_none_also_while_some_are_put_into_it(product, monkeypatch):
    _, jo, posts = await cast(product, 6)
    one = await folder(product, jo, "One")
    for post in posts[:3]:
        await put(product, jo, post, folderId=one)
    answers = await asyncio.gather(
        *(product.ask(BOOKMARK, jo, input={"postId": post, "folderId": one}) for post in posts[3:5]),
        product.ask(DELETE, jo, input={"folderId": one}),
        product.ask(BOOKMARK, jo, input={"postId": posts[5], "folderId": one}),
    )
    assert {each.code for each in answers} <= {None, "NOT_FOUND"}
    assert answers[2].data == {"deleteBookmarkFolder": {"deletedFolderId": one}}
    assert await folders(product, jo) == []
    assert (await product.ask(PAGE, jo, folder=one)).code == "NOT_FOUND"
    listed = await page(product, jo)
    assert set(posts[:3]) <= set(listed)
    assert len(listed) == 3 + sum(each.code is None for each in (*answers[:2], answers[3]))
    again = await folder(product, jo, "One")
    assert await put(product, jo, posts[0]) is None
    assert await moved(product, jo, posts[1], again) == ("One", 1)
    monkeypatch.setattr(bookmark_folders, "BATCH", 2)
    await product.settle()
    await product.settle()
    assert (await edges(product))[1:] == [1, 1]
    assert await product.cypher("MATCH (f:DeletedBookmarkFolder) RETURN count(f)") == 0
    assert await folders(product, jo) == [("One", 1)]
    assert (await product.ask(DELETE, jo, input={"folderId": one})).code == "NOT_FOUND"


async def test_nobody_else_learns_of_a_folder_or_does_anything_with_it(product):
    mira, jo, posts = await cast(product)
    one = await folder(product, jo, "One")
    await put(product, jo, posts[0], folderId=one)
    assert (await product.run(NODE, jo, id=one))["node"] == {"id": one, "name": "One"}
    for other in (mira, None):
        assert (await product.run(NODE, other, id=one))["node"] is None
        seen = await product.run("query ($id: ID!) { post(id: $id) { viewerBookmarkFolder { name } } }", other, id=posts[0])
        assert seen == {"post": {"viewerBookmarkFolder": None}}
    await put(product, mira, posts[0])
    for document, given in (
        (BOOKMARK, {"postId": posts[1], "folderId": one}),
        (MOVE, {"postId": posts[0], "folderId": one}),
        (RENAME, {"folderId": one, "name": "Mine"}),
        (DELETE, {"folderId": one}),
    ):
        assert (await product.ask(document, mira, input=given)).code == "NOT_FOUND"
        assert (await product.ask(document, input=given)).code == "UNAUTHENTICATED"
    assert (await product.ask(PAGE, mira, folder=one)).code == "NOT_FOUND"
    assert (await product.ask(MOVE, jo, input={"postId": posts[2], "folderId": one})).code == "NOT_FOUND"
    assert (await folders(product, mira), await folders(product, jo), await page(product, mira)) == ([], [("One", 1)], [posts[0]])


@pytest.mark.parametrize(
    ("document", "statements", "most"),
    [(BOOKMARK, ["bookmark_folders/of_posts", "bookmarks/add"], 1), (MOVE, ["bookmarks/move"], 3)],
    ids=["bookmarkPost", "moveBookmark"],
)
async def test_a_write_is_one_statement_and_one_for_the_folder_that_a_post_shows(product, document, statements, most):
    _, jo, posts = await cast(product, 1)
    one, other = await folder(product, jo, "One"), await folder(product, jo, "Other")
    for to in (one, other, one):
        await put(product, jo, posts[0], folderId=to)
        product.round_trips.clear()
        await product.run(document, jo, input={"postId": posts[0], "folderId": other})
    assert (sorted(product.round_trips.graph), len(product.round_trips.redis) <= most) == (statements, True)


async def test_a_move_reads_all_that_is_cached_of_its_post_in_one_round_trip(product):
    _, jo, posts = await cast(product, 1)
    one = await folder(product, jo, "One")
    await put(product, jo, posts[0])
    for _ in range(2):
        product.round_trips.clear()
        await product.run(MOVE, jo, input={"postId": posts[0], "folderId": one})
    assert product.round_trips.redis == ["hydrate"]


async def test_a_warm_page_of_a_folder_is_one_statement_and_one_for_where_its_posts_are(product):
    _, jo, posts = await cast(product)
    one = await folder(product, jo, "One")
    for post in posts:
        await put(product, jo, post, folderId=one)
    plain = PAGE.replace("totalCount", "").replace("viewerBookmarkFolder { name }", "")
    for document, more in ((plain, []), (PAGE.replace("totalCount", ""), ["bookmark_folders/of_posts"]), (FOLDERS, None)):
        given = {} if document == FOLDERS else {"folder": one}
        for _ in range(2):
            product.round_trips.clear()
            await product.run(document, jo, **given)
        expected = ["bookmark_folders/of_viewer"] if more is None else ["bookmark_folders/page", *more]
        assert (product.round_trips.graph, len(product.round_trips.redis)) == (expected, 0 if more is None else 1)
