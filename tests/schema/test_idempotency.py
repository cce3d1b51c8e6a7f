"""What makes two requests with one key the same."""

from typing import Any, cast

import pytest

from graph.idempotency import Once
from graph.rows.posts import Audience
from resolvers.context import Context
from schema.idempotency import DoneOnce
from schema.payloads import Returned


async def say(_: Context, *, once: Once | None, text: str) -> Returned:
    return {"once": once, "text": text}


async def say_in_a_later_version(
    _: Context, *, once: Once | None, text: str, audience: Audience | None = None, pictures: tuple[str, ...] = ()
) -> Returned:
    return {"once": once, "text": text, "audience": audience, "pictures": pictures}


async def again(_: Context, made: str, __: object) -> Returned:
    return {"made": made}


async def fingerprint(function: Any, **arguments: object) -> str:
    context = cast("Context", None)  # nobody is signed in, so that nothing is looked up
    returned = await DoneOnce("say", function, again)(context, idempotency_key="k", **arguments)
    once = (returned or {})["once"]
    assert isinstance(once, Once)
    return once.fingerprint


@pytest.mark.parametrize("pictures", [(), []])
async def test_a_repetition_to_a_version_whose_input_has_more_fields_is_the_same_request(pictures: object) -> None:
    before = await fingerprint(say, text="Hello.")
    given: dict[str, object] = {"text": "Hello.", "audience": None, "pictures": pictures}
    assert await fingerprint(say_in_a_later_version, **given) == before
    others = ({"text": "Storm."}, {"audience": Audience.PUBLIC}, {"pictures": ("a",)})
    assert before not in [await fingerprint(say_in_a_later_version, **given | other) for other in others]
