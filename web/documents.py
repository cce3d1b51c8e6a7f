"""Parses and validates documents, and caches the result."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    ValuesOfCorrectTypeRule,
    specified_rules,
    validate,
)

from error_codes import ErrorCode
from web.complexity import check_complexity
from web.input_errors import ValuesOfTheirType, without_values
from web.limits import Limits
from web.parsing import LimitExceeded, parse_within
from web.refusals import DocumentRefused, document_refused, too_large, with_code
from web.requests import GraphQLRequest

# The first errors are enough to correct a document, and each one more costs time.
_MAX_VALIDATION_ERRORS: Final = 10


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Document:
    """A valid document. It is equal only to itself, so it can be a key for its compiled form and its price."""

    text: str
    node: DocumentNode
    operations: Mapping[str, OperationDefinitionNode]
    trusted: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, with the variables of a request."""

    document: Document
    node: OperationDefinitionNode
    variables: Mapping[str, object]
    extensions: Mapping[str, object]

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation

    @property
    def name(self) -> str | None:
        """Its name in the document."""
        return self.node.name.value if self.node.name else None

    @property
    def label(self) -> str:
        """A name that is safe in metrics and logs: names that clients choose are unlimited and may contain secrets."""
        return (self.name or "anonymous") if self.document.trusted else "untrusted"


class Documents:
    """Parses and validates documents within limits, and caches the outcome, valid or not."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, introspection: bool = True) -> None:
        """Prepare the rules; without `introspection`, documents that use it are invalid."""
        self._schema = schema
        self._limits = limits
        self._hide_suggestions = not introspection
        specified = (ValuesOfTheirType if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)
        self._rules = (*specified, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))
        self._trusted: dict[str, Document] = {}
        self._cached: OrderedDict[str, Document | tuple[GraphQLError, ...]] = OrderedDict()
        self._cached_characters = 0

    def trust(self, text: str) -> None:
        """Store a trusted document for good; the limits for unknown documents do not apply to it.

        Raises:
            DocumentRefused: it is not valid.

        """
        self._trusted[text] = self._validated(text, self._parse(text, None), trusted=True)

    @property
    def trusted(self) -> Collection[Document]:
        """The trusted documents that are valid."""
        return self._trusted.values()

    def get(self, text: str) -> Document:
        """Return the parsed document.

        Raises:
            DocumentRefused: it is not valid; has all errors that were found.
            RequestRefused: it is too large.

        """
        if document := self._trusted.get(text):
            return document
        known = self._cached.get(text)
        if known is None:
            known = self._read(text)
            self._cache(text, known)
        else:
            self._cached.move_to_end(text)
        if isinstance(known, Document):
            return known
        raise DocumentRefused(known)

    def _read(self, text: str) -> Document | tuple[GraphQLError, ...]:
        limits = self._limits.document
        # There are never fewer bytes than characters, so the cheap count comes first.
        if len(text) > limits.bytes or len(text.encode()) > limits.bytes:
            raise too_large("document", limits.bytes)
        try:
            node = self._parse(text, limits.tokens)
            check_complexity(node, limits)
            return self._validated(text, node, trusted=False)
        except DocumentRefused as refused:
            return tuple(refused.errors)

    def _parse(self, text: str, tokens: int | None) -> DocumentNode:
        try:
            return parse_within(text, tokens)
        except LimitExceeded as error:
            message = f"The document has more than {tokens} tokens or comments, or nests too deeply."
            raise document_refused(ErrorCode.QUERY_TOO_EXPENSIVE, message) from error
        except GraphQLSyntaxError as error:
            error.message = without_values(error.message)
            raise DocumentRefused((with_code(error, ErrorCode.GRAPHQL_PARSE_FAILED),)) from error

    def _validated(self, text: str, node: DocumentNode, *, trusted: bool) -> Document:
        errors = validate(
            self._schema, node, self._rules, max_errors=_MAX_VALIDATION_ERRORS, hide_suggestions=self._hide_suggestions
        )
        if errors:
            raise DocumentRefused([with_code(error, ErrorCode.GRAPHQL_VALIDATION_FAILED) for error in errors])
        operations = {
            definition.name.value if definition.name else "": definition
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        return Document(text, node, operations, trusted)

    def _cache(self, text: str, outcome: Document | tuple[GraphQLError, ...]) -> None:
        self._cached[text] = outcome
        self._cached_characters += len(text)
        while (
            len(self._cached) > self._limits.cached_documents or self._cached_characters > self._limits.cached_document_bytes
        ):
            evicted, _ = self._cached.popitem(last=False)
            self._cached_characters -= len(evicted)


def pick_operation(document: Document, request: GraphQLRequest) -> Operation:
    """Return the operation that the request names, or the only one.

    Raises:
        DocumentRefused: there is no such operation, or several and no name.

    """
    name = request.operation_name
    if name is None:
        if len(document.operations) != 1:
            message = "The document has several operations: name one in `operationName`."
            raise document_refused(ErrorCode.OPERATION_RESOLUTION_FAILURE, message)
        node = next(iter(document.operations.values()))
    elif name in document.operations:
        node = document.operations[name]
    else:
        message = "The document has no operation of that name."
        raise document_refused(ErrorCode.OPERATION_RESOLUTION_FAILURE, message)
    return Operation(document, node, request.variables or {}, request.extensions or {})
