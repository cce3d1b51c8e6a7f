"""Turns the parameters of a request into an operation, in the same way for every transport."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import GraphQLError

from error_codes import ErrorCode
from web.documents import Document, Documents, Operation, pick_operation
from web.persisted import DocumentStore, no_document, persisted_hash, persisted_text
from web.refusals import DocumentRefused, document_refused
from web.requests import GraphQLRequest
from web.trusted import TrustedDocuments


@dataclass(frozen=True, slots=True)
class InvalidDocument:
    """A trusted document that is not valid for the schema, for example because a field was removed."""

    identifier: str
    errors: tuple[GraphQLError, ...]


class RequestParser:
    """Finds the document of a request, which is trusted, persisted or in the request, and selects its operation."""

    def __init__(
        self,
        documents: Documents,
        *,
        store: DocumentStore | None = None,
        trusted: TrustedDocuments | None = None,
        only_trusted: bool = False,
    ) -> None:
        """Without `store`, persisted queries are off; with `only_trusted`, only documents in `trusted` run."""
        self._documents = documents
        self._store = store
        self._trusted = trusted or TrustedDocuments({})
        self._trusted_texts = frozenset(self._trusted.texts.values())
        self._only_trusted = only_trusted

    def warm(self) -> list[InvalidDocument]:
        """Parse and validate all trusted documents, and return those that are invalid.

        An invalid one does not stop the start: it belongs to an old client and is refused when that client sends it.
        """
        invalid = []
        for identifier, text in self._trusted.texts.items():
            try:
                self._documents.trust(text)
            except DocumentRefused as refused:
                invalid.append(InvalidDocument(identifier, tuple(refused.errors)))
        return invalid

    def trusted_operations(self) -> Iterator[Operation]:
        """Yield every operation of the valid trusted documents, without variables."""
        for document in self._documents.trusted:
            for node in document.operations.values():
                yield Operation(document, node, {}, {})

    async def operation(self, request: GraphQLRequest) -> Operation:
        """Return the operation of a request.

        Raises:
            RequestRefused: the request is not well formed.
            DocumentRefused: its document is not known, not valid or not trusted.

        """
        query = request.query
        if query and not (request.extensions or request.document_id or self._only_trusted):
            return pick_operation(self._documents.get(query), request)  # trusted or not, the text is all that is needed
        return pick_operation(await self._document(request), request)

    async def _document(self, request: GraphQLRequest) -> Document:
        sha256 = persisted_hash(request.extensions)
        if text := self._trusted_text(request, sha256):
            return self._documents.get(text)
        if self._only_trusted:
            raise document_refused(ErrorCode.DOCUMENT_NOT_TRUSTED, "Only documents known to this server run here.")
        if request.document_id is not None:
            raise document_refused(ErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        if sha256 is None:
            if not request.query:
                raise no_document()
            return self._documents.get(request.query)
        document = self._documents.get(await persisted_text(sha256, request.query, self._store))
        if request.query is not None and self._store is not None:
            # Only valid documents are stored, so that nobody can use the store for other data.
            await self._store.put(sha256, document.text)
        return document

    def _trusted_text(self, request: GraphQLRequest, sha256: str | None) -> str | None:
        for identifier in (request.document_id, sha256):
            if identifier is not None and (text := self._trusted.text_of(identifier)):
                return text
        return request.query if request.query in self._trusted_texts else None
