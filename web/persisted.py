"""Automatic persisted queries: a client sends the hash of a document, and its text only when the server asks."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Protocol

from web.refusals import RequestRefused, bad_request, document_refused

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DocumentStore(Protocol):
    """Where texts of documents are kept by their hash, shared by all processes.

    A store that is down answers as one that has nothing: clients then send the text, and nothing breaks.
    """

    async def get(self, sha256: str) -> str | None:
        """Give the text, or None when it is not there."""

    async def put(self, sha256: str, text: str) -> None:
        """Keep a text; it may be forgotten at any time."""


class MemoryDocumentStore:
    """Keeps the latest texts in this process, bounded in number and in characters."""

    def __init__(self, *, documents: int = 1_000, characters: int = 1_048_576) -> None:
        """Start empty."""
        self._documents = documents
        self._characters = characters
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    async def get(self, sha256: str) -> str | None:
        """Give the text and count it as used."""
        text = self._texts.get(sha256)
        if text is not None:
            self._texts.move_to_end(sha256)
        return text

    async def put(self, sha256: str, text: str) -> None:
        """Keep the text and drop the least used ones beyond the bounds."""
        self._size += len(text) - len(self._texts.pop(sha256, ""))
        self._texts[sha256] = text
        while len(self._texts) > self._documents or self._size > self._characters:
            _, dropped = self._texts.popitem(last=False)
            self._size -= len(dropped)


class NearStore:
    """A store of this process before a shared one, so that a known hash costs no round trip."""

    def __init__(self, near: DocumentStore, far: DocumentStore) -> None:
        """Ask `near` first."""
        self._near = near
        self._far = far

    async def get(self, sha256: str) -> str | None:
        """Give the text from the nearest store that has it."""
        text = await self._near.get(sha256)
        if text is None:
            text = await self._far.get(sha256)
            if text is not None:
                await self._near.put(sha256, text)
        return text

    async def put(self, sha256: str, text: str) -> None:
        """Keep the text in both."""
        await self._near.put(sha256, text)
        await self._far.put(sha256, text)


def sha256_of(text: str) -> str:
    """Hash a document as clients do."""
    return hashlib.sha256(text.encode()).hexdigest()


def persisted_hash(extensions: Mapping[str, object] | None) -> str | None:
    """Find the hash that a request sends in `extensions.persistedQuery`."""
    entry = (extensions or {}).get("persistedQuery")
    if entry is None:
        return None
    if not isinstance(entry, dict) or entry.get("version") != 1:
        message = "`extensions.persistedQuery` must be `{version: 1, sha256Hash}`."
        raise bad_request(message)
    sha256 = entry.get("sha256Hash")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        message = "`sha256Hash` must be 64 lower-case hexadecimal digits."
        raise bad_request(message)
    return sha256


async def persisted_text(sha256: str, text: str | None, store: DocumentStore | None) -> str:
    """Give the text of a hash; a text that is sent along must match it."""
    if text is not None:
        if sha256_of(text) != sha256:
            message = "`sha256Hash` is not the hash of `query`."
            raise bad_request(message)
        return text
    if store is None:
        raise document_refused("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
    known = await store.get(sha256)
    if known is None:
        # Apollo and urql look for this very sentence, others for the code.
        raise document_refused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    return known


def no_document() -> RequestRefused:
    """Refuse a request that says nothing about what to run."""
    return bad_request("The request has no `query`.")
