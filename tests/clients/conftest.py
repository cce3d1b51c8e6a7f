"""Fixtures of this folder."""

from tests.clients.product import product

__all__ = ["product"]
