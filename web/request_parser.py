"""From the parameters of a request to an operation that may run; the same for every transport."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import GraphQLError

from web.documents import Document, Documents, Operation, pick_operation
from web.persisted import DocumentStore, no_document, persisted_hash, persisted_text
from web.refusals import DocumentRefused, document_refused
from web.requests import GraphQLRequest
from web.trusted import TrustedDocuments


@dataclass(frozen=True, slots=True)
class UnfitDocument:
    """A trusted document that does not fit the schema any more."""

    identifier: str
    errors: tuple[GraphQLError, ...]


class RequestParser:
    """Finds the document of a request, trusted, persisted or sent along, and picks its operation."""

    def __init__(
        self,
        documents: Documents,
        *,
        store: DocumentStore | None = None,
        trusted: TrustedDocuments | None = None,
        only_trusted: bool = False,
    ) -> None:
        """Without `store`, hashes are not supported; with `only_trusted`, nothing runs that `trusted` lacks."""
        self._documents = documents
        self._store = store
        self._trusted = trusted or TrustedDocuments({})
        self._trusted_texts = frozenset(self._trusted.texts.values())
        self._only_trusted = only_trusted

    def warm(self) -> list[UnfitDocument]:
        """Parse all trusted documents now, and list those that do not fit the schema.

        An old client's document may outlive its fields: it is refused when it is asked for, not a reason to stop.
        """
        unfit = []
        for identifier, text in self._trusted.texts.items():
            try:
                self._documents.trust(text)
            except DocumentRefused as refused:
                unfit.append(UnfitDocument(identifier, tuple(refused.errors)))
        return unfit

    def trusted_operations(self) -> Iterator[Operation]:
        """Give every operation of the trusted documents that fit the schema, without variables."""
        for document in self._documents.trusted:
            for node in document.operations.values():
                yield Operation(document, node, {}, {})

    async def operation(self, request: GraphQLRequest) -> Operation:
        """Give the operation, or refuse the request."""
        query = request.query
        if query and not (request.extensions or request.document_id or self._only_trusted):
            return pick_operation(self._documents.get(query), request)  # of ours or not, its text says it all
        return pick_operation(await self._document(request), request)

    async def _document(self, request: GraphQLRequest) -> Document:
        sha256 = persisted_hash(request.extensions)
        if text := self._trusted_text(request, sha256):
            return self._documents.get(text)
        if self._only_trusted:
            raise document_refused("DOCUMENT_NOT_TRUSTED", "Only documents known to this server run here.")
        if request.document_id is not None:
            raise document_refused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        if sha256 is None:
            if not request.query:
                raise no_document()
            return self._documents.get(request.query)
        document = self._documents.get(await persisted_text(sha256, request.query, self._store))
        if request.query is not None and self._store is not None:
            # Only now: a store of documents that do not fit would be a stranger's scratch space.
            await self._store.put(sha256, document.text)
        return document

    def _trusted_text(self, request: GraphQLRequest, sha256: str | None) -> str | None:
        for identifier in (request.document_id, sha256):
            if identifier is not None and (text := self._trusted.text_of(identifier)):
                return text
        return request.query if request.query in self._trusted_texts else None
