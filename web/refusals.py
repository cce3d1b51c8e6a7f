"""The reasons to refuse a request before it runs. Their codes, and those of an operation that runs, are in `error_codes.py`."""

from collections.abc import Sequence

from graphql import GraphQLError

from error_codes import ErrorCode


class RequestRefused(Exception):
    """The request itself is wrong. The HTTP status says so for every media type."""

    def __init__(self, status: int, code: ErrorCode, message: str, *headers: tuple[bytes, bytes]) -> None:
        """Take the HTTP status, the error code, the message and the headers of the response."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers

    @property
    def error(self) -> GraphQLError:
        """The refusal as a GraphQL error."""
        return GraphQLError(str(self), extensions={"code": self.code})


class DocumentRefused(Exception):
    """The request is well formed, but its document, operation or variables are not acceptable.

    As GraphQL over HTTP requires, clients that accept only `application/json` get status 200 for it, others 400.
    """

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        """Take the errors for the client, at least one."""
        super().__init__(errors[0].message)
        self.errors = errors


def document_refused(code: ErrorCode, message: str, field: str | None = None) -> DocumentRefused:
    """Return a refusal with one error; `field` names the input at fault, where it is known."""
    extensions: dict[str, object] = {"code": code} if field is None else {"code": code, "field": field}
    return DocumentRefused((GraphQLError(message, extensions=extensions),))


def with_code(error: GraphQLError, code: ErrorCode) -> GraphQLError:
    """Return a copy of the error with a code."""
    return GraphQLError(
        error.message,
        error.nodes,
        error.source,
        error.positions,
        error.path,
        extensions={**(error.extensions or {}), "code": code},
    )


def bad_request(message: str) -> RequestRefused:
    """Return the refusal of a request that is not well formed."""
    return RequestRefused(400, ErrorCode.BAD_REQUEST, message)


def too_large(what: str, limit: int) -> RequestRefused:
    """Return the refusal of what is larger than its limit in bytes."""
    return RequestRefused(413, ErrorCode.PAYLOAD_TOO_LARGE, f"The {what} is larger than {limit} bytes.")
