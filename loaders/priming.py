"""Gives loaders what one round trip found in the cache for all of them."""

from collections.abc import Sequence
from typing import Any

from keyspace.page_scripts import Answers
from keyspace.row_cache import Lookup
from loaders.cached_fields import CachedFieldById
from loaders.cached_rows import CachedRowById


def prime(loader: CachedRowById[Any] | CachedFieldById[Any], ids: Sequence[str], answers: Answers) -> None:
    """Take the answers for ids: values, and leases where nothing is cached."""
    values = loader.decoder.cached_many(answers)
    if values is not None:
        loader.known.update(zip(ids, values, strict=True))
        return
    lookup = Lookup.of(ids, answers, loader.decoder)
    loader.prime(lookup.found, lookup.leases)
