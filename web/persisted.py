"""Automatic persisted queries: a client sends the hash of a document, and its text only when the server asks."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Protocol

from error_codes import ErrorCode
from web.refusals import RequestRefused, bad_request, document_refused

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DocumentStore(Protocol):
    """Stores texts of documents by their hash, for all processes.

    A store that is down answers as if it were empty: clients then send the text.
    """

    async def get(self, sha256: str) -> str | None:
        """Return the text, or None when it is not stored."""

    async def put(self, sha256: str, text: str) -> None:
        """Store a text; it may be evicted at any time."""


class MemoryDocumentStore:
    """Stores the most recently used texts in this process, limited in number and in characters."""

    def __init__(self, *, documents: int = 1_000, characters: int = 1_048_576) -> None:
        """Start empty, with these limits."""
        self._documents = documents
        self._characters = characters
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    async def get(self, sha256: str) -> str | None:
        """Return the text and count it as used."""
        text = self._texts.get(sha256)
        if text is not None:
            self._texts.move_to_end(sha256)
        return text

    async def put(self, sha256: str, text: str) -> None:
        """Store the text, and evict the least recently used ones beyond the limits."""
        self._size += len(text) - len(self._texts.pop(sha256, ""))
        self._texts[sha256] = text
        while len(self._texts) > self._documents or self._size > self._characters:
            _, dropped = self._texts.popitem(last=False)
            self._size -= len(dropped)


class CachedDocumentStore:
    """A local cache in front of a shared store, so that a known hash costs no round trip."""

    def __init__(self, local: DocumentStore, shared: DocumentStore) -> None:
        """Read `local` first."""
        self._local = local
        self._shared = shared

    async def get(self, sha256: str) -> str | None:
        """Return the text from the local cache, else from the shared store."""
        text = await self._local.get(sha256)
        if text is None:
            text = await self._shared.get(sha256)
            if text is not None:
                await self._local.put(sha256, text)
        return text

    async def put(self, sha256: str, text: str) -> None:
        """Store the text in both."""
        await self._local.put(sha256, text)
        await self._shared.put(sha256, text)


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a document in hex, as clients compute it."""
    return hashlib.sha256(text.encode()).hexdigest()


def persisted_hash(extensions: Mapping[str, object] | None) -> str | None:
    """Return the hash in `extensions.persistedQuery`, or None.

    Raises:
        RequestRefused: the extension is not well formed.

    """
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
    """Return the text of a hash; if the request has a text, it must match the hash.

    Raises:
        RequestRefused: the text does not match.
        DocumentRefused: the hash is not known, or persisted queries are off.

    """
    if text is not None:
        if sha256_of(text) != sha256:
            message = "`sha256Hash` is not the hash of `query`."
            raise bad_request(message)
        return text
    if store is None:
        raise document_refused(ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
    known = await store.get(sha256)
    if known is None:
        # Apollo and urql check for exactly this message, other clients for the code.
        raise document_refused(ErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
    return known


def no_document() -> RequestRefused:
    """Return the error for a request without a document."""
    return bad_request("The request has no `query`.")
