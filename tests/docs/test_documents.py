"""The GraphQL of the pages fits the schema and is compiled, and so is what the tests send to other processes."""

from collections import Counter
from pathlib import Path

import pytest

from tests.clients import product
from tests.clients.pages import ROOT
from tests.docs.compiled import share_of
from tests.docs.documents import all_documents

DOCUMENTS = all_documents()
SENT = [(Path(product.__file__), text) for text in (product.LOG_IN, product.POST)]
NAMES = [f"{page.relative_to(ROOT)}-{at}" for at, (page, _) in enumerate(DOCUMENTS + SENT)]


def test_the_documents_of_the_pages_are_found():
    counts = Counter(page.name for page, _ in DOCUMENTS)
    assert counts["README.md"] >= 8
    assert counts["api.md"] >= 15


@pytest.mark.parametrize("text", [text for _, text in DOCUMENTS + SENT], ids=NAMES)
def test_every_operation_of_the_pages_is_compiled(text: str):
    share = share_of(text)
    assert share.left == {}
    assert share.compiled
