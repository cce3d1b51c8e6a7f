"""Fixtures of this folder."""

from tests.clients.product import product
from tests.worlds.coverage import unmeasured

__all__ = ["product", "unmeasured"]
