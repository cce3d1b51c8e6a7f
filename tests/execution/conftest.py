import pytest

from tests.execution.pair import Pair
from tests.execution.toy import schema


@pytest.fixture
def pair() -> Pair:
    """Both executors of the toy schema; plans are made with the first request."""
    return Pair(schema)
