"""Writes go on while the database forgets its plans, as it does when it is started anew."""

import asyncio

from tests.api.product import FOLLOW, LIKE, POST

RATE = 30
"""Writes a second."""
WRITES = 75


async def test_writes_go_on_without_an_error_while_the_plans_are_dropped(product):
    people = await product.people(*(f"name{each}" for each in range(6)))
    post = await product.post(people[0])

    async def write(number):
        one, other = people[number % 6], people[(number + 1) % 6]
        asked = (
            (POST, {"text": f"Hello {number} #birds @{other.username}.", "idempotencyKey": f"key-{number}"}),
            (FOLLOW, {"userId": other.id}),
            (LIKE, {"postId": post}),
        )
        document, given = asked[number // 6 % 3]
        return await product.ask(document, one, input=given)

    writing = []
    for number in range(WRITES):
        if number in {10, 40}:
            await product.cypher("CALL db.clearQueryCaches() YIELD value RETURN value")
        writing.append(asyncio.create_task(write(number)))
        await asyncio.sleep(1 / RATE)
    answers = await asyncio.gather(*writing)
    assert [answer.errors for answer in answers if answer.errors] == []
