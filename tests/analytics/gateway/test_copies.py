"""Which graph is asked, and for how long the one before stays open."""

from dataclasses import replace

import pytest

from analytics.gateway.copies import Copies
from errors import Unavailable


async def test_a_graph_that_was_replaced_stays_open_for_who_uses_it(address, tmp_path):
    copies = Copies(None, tmp_path, 2)
    address.write(tmp_path)
    async with copies.use() as first:
        replace(address, snapshot="next").write(tmp_path)
        async with copies.use() as second:
            assert second is not first
            assert (await first.graph.explain("RETURN 1", {})).kind == "r"
        assert (await first.graph.explain("RETURN 1", {})).kind == "r"
    await copies.close()
    for each in (first, second):
        with pytest.raises(Unavailable):
            await each.graph.explain("RETURN 1", {})
