"""Pictures, by a client that knows only the API and the addresses that it gets."""

import io

import httpx
import pytest
from PIL import Image

from tests.api.product import POST, Product

REQUEST = """
mutation ($input: RequestUploadInput!) { requestUpload(input: $input) {
  picture { id state alt } url fields { name value } expiresAt
} }
"""
COMPLETE = "mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { picture { id state refusal } } }"
SHOWN = "{ id alt state refusal width height blurhash thumbnailUrl mediumUrl largeUrl }"
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on Picture {SHOWN} }} }}"
AVATAR = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { viewer { avatar { id } cover { id } } } }"


def photo(colour="orange", size=(800, 600)):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


async def requested(product: Product, viewer, data: bytes, **more):
    given = {"contentType": "image/jpeg", "size": len(data), **more}
    return (await product.run(REQUEST, viewer, input=given))["requestUpload"]


async def sent(upload, data: bytes) -> httpx.Response:
    fields = {field["name"]: field["value"] for field in upload["fields"]}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        return await client.post(upload["url"], data=fields, files={"file": ("photo.jpg", data)})


async def uploaded(product, viewer, data: bytes, **more) -> str:
    """Upload a picture up to the point where it waits for the worker; return its id."""
    upload = await requested(product, viewer, data, **more)
    assert upload["picture"]["state"] == "PENDING"
    assert (await sent(upload, data)).is_success
    id_: str = upload["picture"]["id"]
    picture = (await product.run(COMPLETE, viewer, input={"mediaId": id_}))["completeUpload"]["picture"]
    assert picture == {"id": id_, "state": "PROCESSING", "refusal": None}
    return id_


async def fetched(product, url: str) -> Image.Image:
    assert url.startswith(f"{product.served.url}/media/")
    answer = await product.served.http.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    return Image.open(io.BytesIO(answer.content))


async def test_a_cached_picture_is_as_fresh_as_the_last_change(product):
    """Also before the worker has seen the events: what was read before is not shown again."""
    mira = await product.sign_up("mira")
    data = photo()
    upload = await requested(product, mira, data)
    await sent(upload, data)
    id_ = upload["picture"]["id"]

    async def state() -> str:
        return str((await product.run(NODE, mira, id=id_))["node"]["state"])

    assert await state() == "PENDING"
    await product.run(COMPLETE, mira, input={"mediaId": id_})
    assert await state() == "PROCESSING"
    await product.settle()
    assert await state() == "READY"


async def test_a_post_with_two_pictures_from_the_file_to_the_bytes(product):
    mira = await product.sign_up("mira")
    pictures = [await uploaded(product, mira, photo(colour), alt=colour) for colour in ("red", "blue")]
    await product.settle()
    post = await product.post(mira, "", mediaIds=pictures)
    document = f"query ($id: ID!) {{ post(id: $id) {{ text media {{ ... on Picture {SHOWN} }} }} }}"
    found = (await product.run(document, id=post))["post"]
    assert found["text"] == ""
    assert [each["id"] for each in found["media"]] == pictures
    for each, colour in zip(found["media"], ("red", "blue"), strict=True):
        assert (each["alt"], each["state"], each["refusal"], each["width"], each["height"]) == (colour, "READY", None, 800, 600)
        assert each["blurhash"]
        assert (await fetched(product, each["largeUrl"])).size == (800, 600)
        assert (await fetched(product, each["mediumUrl"])).size == (640, 480)
        assert (await fetched(product, each["thumbnailUrl"])).size == (160, 160)


async def test_an_avatar_is_shown_wherever_the_person_is(product):
    mira, jo = await product.people("mira", "jo2")
    await product.post(mira)
    await product.follow(jo, mira)
    seen = """{ user(username: "jo2") { following { edges { node { avatar { thumbnailUrl } } } } }
      homeTimeline { edges { node { author { avatar { thumbnailUrl } } } } } }"""
    await product.run(seen, jo)
    avatar = await uploaded(product, mira, photo())
    changed = await product.run(AVATAR, mira, input={"avatarId": avatar})
    assert changed["updateProfile"]["viewer"] == {"avatar": {"id": avatar}, "cover": None}
    await product.settle()
    found = await product.run(seen, jo)
    followed = found["user"]["following"]["edges"][0]["node"]["avatar"]["thumbnailUrl"]
    assert followed == found["homeTimeline"]["edges"][0]["node"]["author"]["avatar"]["thumbnailUrl"]
    assert (await fetched(product, followed)).size == (160, 160)
    cleared = await product.run(AVATAR, mira, input={"avatarId": None, "coverId": avatar})
    assert cleared["updateProfile"]["viewer"] == {"avatar": None, "cover": {"id": avatar}}


async def test_a_picture_on_its_way_is_told_of_without_addresses(product):
    mira, jo = await product.people("mira", "jo2")
    picture = await uploaded(product, mira, photo(), alt="A bird")
    await product.post(mira, mediaIds=[picture])
    document = f'{{ user(username: "mira") {{ posts {{ edges {{ node {{ media {{ ... on Picture {SHOWN} }} }} }} }} }} }}'
    (media,) = (await product.run(document, jo))["user"]["posts"]["edges"][0]["node"]["media"]
    assert (media["state"], media["alt"], media["largeUrl"], media["blurhash"]) == ("PROCESSING", "A bird", None, None)
    assert (await product.run(NODE, jo, id=picture))["node"] == media


async def test_only_its_owner_sees_a_picture_that_is_not_there_yet(product):
    mira, jo = await product.people("mira", "jo2")
    id_ = (await requested(product, mira, photo()))["picture"]["id"]
    assert [(await product.run(NODE, viewer, id=id_))["node"] is None for viewer in (mira, jo, None)] == [False, True, True]


async def test_a_file_that_is_no_picture_is_refused_with_the_reason_and_seen_by_its_owner_alone(product):
    mira, jo = await product.people("mira", "jo2")
    data = b"#!/bin/sh\n" * 50
    upload = await requested(product, mira, data)
    await sent(upload, data)
    id_ = upload["picture"]["id"]
    refused = (await product.run(COMPLETE, mira, input={"mediaId": id_}))["completeUpload"]["picture"]
    assert refused == {"id": id_, "state": "REFUSED", "refusal": "NOT_A_PICTURE"}
    assert (await product.run(NODE, mira, id=id_))["node"]["refusal"] == "NOT_A_PICTURE"
    assert (await product.run(NODE, jo, id=id_))["node"] is None
    assert (await product.ask(POST, mira, input={"text": "Hello.", "mediaIds": [id_]})).refusal == ("INVALID_INPUT", "mediaIds")


async def test_a_picture_that_turns_out_bad_leaves_the_post_for_all_but_its_author(product):
    mira, jo = await product.people("mira", "jo2")
    picture = await uploaded(product, mira, photo()[:-400])
    post = await product.post(mira, mediaIds=[picture])
    await product.settle()
    document = "query ($id: ID!) { post(id: $id) { media { ... on Picture { state } } } }"
    state = (await product.run(document, mira, id=post))["post"]["media"][0]["state"]
    others = (await product.run(document, jo, id=post))["post"]["media"]
    assert (state, others) in [("REFUSED", []), ("READY", [{"state": "READY"}])]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contentType": "image/svg+xml"}, "contentType"), ({"size": 0}, "size"), ({"size": 10_485_761}, "size"),
        ({"size": -1}, "size"), ({"alt": "x" * 1_501}, "alt"),
    ],
)
async def test_bad_input_of_an_upload_names_its_field(product, given, field):
    mira = await product.sign_up("mira")
    whole = {"contentType": "image/jpeg", "size": 1_000} | given
    assert (await product.ask(REQUEST, mira, input=whole)).refusal == ("INVALID_INPUT", field)


async def test_the_store_takes_no_more_than_was_announced(product):
    mira = await product.sign_up("mira")
    data = photo()
    upload = await requested(product, mira, data[:-1])
    assert (await sent(upload, data)).is_client_error


async def test_what_was_not_sent_cannot_be_completed_yet(product):
    mira, jo = await product.people("mira", "jo2")
    given = {"mediaId": (await requested(product, mira, photo()))["picture"]["id"]}
    assert (await product.ask(COMPLETE, mira, input=given)).refusal == ("INVALID_INPUT", "mediaId")
    assert (await product.ask(COMPLETE, jo, input=given)).code == "NOT_FOUND"


async def test_completing_twice_is_as_good_as_once(product):
    mira = await product.sign_up("mira")
    id_ = await uploaded(product, mira, photo())
    again = (await product.run(COMPLETE, mira, input={"mediaId": id_}))["completeUpload"]["picture"]
    assert again["state"] == "PROCESSING"
    await product.settle()
    assert (await product.run(COMPLETE, mira, input={"mediaId": id_}))["completeUpload"]["picture"]["state"] == "READY"


@pytest.mark.parametrize("uses", ["post", "profile"])
async def test_nobody_uses_a_picture_of_others_or_one_not_sent_yet(product, uses):
    mira, jo = await product.people("mira", "jo2")
    theirs = await uploaded(product, jo, photo())
    pending = (await requested(product, mira, photo()))["picture"]["id"]
    for picture in (theirs, pending):
        if uses == "post":
            answer = await product.ask(POST, mira, input={"text": "Hello.", "mediaIds": [picture]})
            assert answer.refusal == ("INVALID_INPUT", "mediaIds")
        else:
            assert (await product.ask(AVATAR, mira, input={"avatarId": picture})).refusal == ("INVALID_INPUT", "avatarId")
