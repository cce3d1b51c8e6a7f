from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.ids import new_id
from keyspace import keys
from keyspace.hot import USERS, Hot, Leases

POST = new_id()
READERS = range(3)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["look", "read", "fill"]), st.sampled_from(READERS)),
    st.tuples(st.sampled_from(["commit", "spoil"]), st.just(0)),
)
INTERLEAVINGS = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@INTERLEAVINGS
@given(steps=st.lists(STEPS, max_size=20))
async def test_a_row_is_never_older_than_the_last_change(keyspace, steps):
    """Readers look, read the graph and fill; a writer commits and then spoils; in any order of their steps."""
    await keyspace.command("FLUSHALL")
    hot = Hot(keyspace, life=60)
    truth, spoiled = 0, True
    leases: dict[int, Leases] = {}
    read: dict[int, tuple[Leases, int]] = {}
    for step, reader in steps:
        if step == "look":
            look = await hot.rows(USERS, [POST])
            assert not spoiled or look.found in ({}, {POST: [truth]})
            leases[reader] = look.leases
        elif step == "read" and reader in leases:
            read[reader] = leases.pop(reader), truth
        elif step == "fill" and reader in read:
            lease, seen = read.pop(reader)
            await hot.fill_rows(USERS, {POST: [seen]}, lease)
        elif step == "commit":
            truth, spoiled = truth + 1, False
        elif step == "spoil":
            await hot.spoil([(USERS, POST)])
            spoiled = True
    if not spoiled:
        await hot.spoil([(USERS, POST)])
    assert (await hot.rows(USERS, [POST])).found in ({}, {POST: [truth]})


@INTERLEAVINGS
@given(steps=st.lists(STEPS, max_size=20))
async def test_a_fact_is_never_older_than_the_last_change(keyspace, steps):
    await keyspace.command("FLUSHALL")
    hot, hash_ = Hot(keyspace, life=60), keys.likes(1)
    truth, spoiled = False, True
    leases: dict[int, Leases] = {}
    read: dict[int, tuple[Leases, bool]] = {}
    for step, reader in steps:
        if step == "look":
            look = await hot.facts(hash_, [POST])
            assert not spoiled or look.found in ({}, {POST: truth})
            leases[reader] = look.leases
        elif step == "read" and reader in leases:
            read[reader] = leases.pop(reader), truth
        elif step == "fill" and reader in read:
            lease, seen = read.pop(reader)
            await hot.fill_facts(hash_, {POST: seen}, lease)
        elif step == "commit":
            truth, spoiled = not truth, False
        elif step == "spoil":
            await hot.spoil([], [(hash_, POST)])
            spoiled = True
    if not spoiled:
        await hot.spoil([], [(hash_, POST)])
    assert (await hot.facts(hash_, [POST])).found in ({}, {POST: truth})


async def test_a_reader_fills_what_it_leased(keyspace):
    hot = Hot(keyspace, life=60)
    look = await hot.rows(USERS, [POST])
    await hot.fill_rows(USERS, {POST: ["ada"]}, look.leases)
    assert (await hot.rows(USERS, [POST])).found == {POST: ["ada"]}


async def test_who_comes_second_may_fill_as_well(keyspace):
    """Else a reader who leaves a lease and does not fill would keep all others from it until the lease ends."""
    hot = Hot(keyspace, life=60)
    await hot.rows(USERS, [POST])
    second = await hot.rows(USERS, [POST])
    await hot.fill_rows(USERS, {POST: ["ada"]}, second.leases)
    assert (await hot.rows(USERS, [POST])).found == {POST: ["ada"]}


async def test_a_hash_of_facts_ends_however_often_it_is_read(keyspace):
    hot, hash_ = Hot(keyspace, life=60), keys.likes(1)
    await hot.facts(hash_, [POST])
    await keyspace.command("EXPIRE", hash_, 5)
    await hot.facts(hash_, [new_id()])
    assert await keyspace.command("TTL", hash_) <= 5


async def test_a_lease_that_nobody_fills_ends(keyspace):
    await Hot(keyspace, life=60).rows(USERS, [POST])
    assert 0 < await keyspace.command("TTL", USERS.key(POST)) <= 10
