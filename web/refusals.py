"""The reasons to refuse a request before it runs, and their error codes.

| code | meaning |
| --- | --- |
| `BAD_REQUEST` | not a well-formed GraphQL request: bad JSON, wrong types, no document |
| `BATCHING_NOT_SUPPORTED` | an array of operations; send them one by one, HTTP/2 makes that cheap |
| `METHOD_NOT_ALLOWED` | neither GET nor POST, or something other than a query by GET |
| `UNSUPPORTED_MEDIA_TYPE` | the body is not `application/json` in UTF-8 |
| `NOT_ACCEPTABLE` | `Accept` names nothing that this endpoint writes |
| `PAYLOAD_TOO_LARGE` | body, document or variables are over their limits |
| `REQUEST_TIMEOUT` | the body did not arrive in time |
| `GRAPHQL_PARSE_FAILED` | the document is not GraphQL |
| `GRAPHQL_VALIDATION_FAILED` | the document does not fit the schema |
| `OPERATION_RESOLUTION_FAILURE` | `operationName` does not pick one operation |
| `INVALID_INPUT` | a variable does not fit its type |
| `QUERY_TOO_EXPENSIVE` | too deep, too wide or too many aliases |
| `PERSISTED_QUERY_NOT_FOUND` | unknown hash; send it again with the text |
| `PERSISTED_QUERY_NOT_SUPPORTED` | automatic persisted queries are off; send the text alone |
| `DOCUMENT_NOT_TRUSTED` | only trusted documents run here, and this is not one |
| `TOO_MANY_OPERATIONS` | too many open operations on one WebSocket |
| `UNAVAILABLE` | the process is stopping; another one answers |

Once an operation runs, errors carry the codes of `errors.py`, or `INTERNAL` with the id of an incident in the log.
"""

from collections.abc import Sequence

from graphql import GraphQLError


class RequestRefused(Exception):
    """The request itself is wrong. The HTTP status says so for every media type."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
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


def document_refused(code: str, message: str) -> DocumentRefused:
    """Return a refusal with one error."""
    return DocumentRefused((GraphQLError(message, extensions={"code": code}),))


def with_code(error: GraphQLError, code: str) -> GraphQLError:
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
    return RequestRefused(400, "BAD_REQUEST", message)


def too_large(what: str, limit: int) -> RequestRefused:
    """Return the refusal of what is larger than its limit in bytes."""
    return RequestRefused(413, "PAYLOAD_TOO_LARGE", f"The {what} is larger than {limit} bytes.")
