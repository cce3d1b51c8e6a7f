"""Reads and checks the parameters of a GraphQL request, from a body, a URL or a WebSocket message."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson

from error_codes import ErrorCode
from web.limits import HttpLimits
from web.refusals import RequestRefused, bad_request, too_large
from web.surrogates import Path, half_character, half_character_refused

# query, variables, operationName, extensions, documentId, and some that proxies and clients may add
_MAX_URL_PARAMETERS = 16
# Limits of the request cache: entries, bytes of a body, variables of a request. Together 6 MB at most.
_CACHED_REQUESTS, _CACHED_BODY_BYTES, _CACHED_VARIABLES = 1_024, 2_048, 8


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A GraphQL request; `document_id` names a trusted document."""

    query: str | None
    operation_name: str | None
    variables: Mapping[str, object] | None
    extensions: Mapping[str, object] | None
    document_id: str | None = None


def parse_json(text: bytes | str, what: str, *, within: Path = ()) -> object:
    """Parse JSON by RFC 8259: UTF-8, no NaN, at most a thousand levels. `what` names the text in the error.

    Raises:
        RequestRefused: it is not valid JSON.
        DocumentRefused: it holds a half character. The path to the text is `within` the request.

    """
    try:
        parsed: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if (found := half_character(text)) is not None:
            raise half_character_refused((*within, *found[1])) from error
        message = f"The {what} is not valid JSON."
        raise bad_request(message) from error
    return parsed


def from_body(body: bytes, limits: HttpLimits) -> GraphQLRequest:
    """Parse the body of a POST.

    Raises:
        RequestRefused: it is not a request.
        DocumentRefused: it holds a half character.

    """
    return from_parameters(parse_json(body, "request body"), limits, weight=len(body))


class RequestCache:
    """Caches parsed requests by their body: clients repeat the same bytes, for example to ask for the first page of a timeline.

    Only short requests without extensions and with few variables, none of them a list or an object, are cached. They are
    immutable, so all clients can share them.
    """

    def __init__(self, limits: HttpLimits) -> None:
        """Start empty."""
        self._limits = limits
        self._cached: OrderedDict[bytes, GraphQLRequest] = OrderedDict()

    def parse(self, body: bytes) -> GraphQLRequest:
        """Return the request of a POST body, from the cache if it is there.

        Raises:
            RequestRefused: it is not a request.
            DocumentRefused: it holds a half character.

        """
        cached = self._cached.get(body)
        if cached is None:
            return from_body(body, self._limits)
        self._cached.move_to_end(body)
        return cached

    def store(self, body: bytes, request: GraphQLRequest) -> None:
        """Cache the request of a query. Mutations are not cached: they may contain secrets, and are not repeated."""
        if len(body) > _CACHED_BODY_BYTES or body in self._cached or not _is_plain(request):
            return
        self._cached[body] = request
        if len(self._cached) > _CACHED_REQUESTS:
            self._cached.popitem(last=False)


def _is_plain(request: GraphQLRequest) -> bool:
    values = (request.variables or {}).values()
    if request.extensions or len(values) > _CACHED_VARIABLES:
        return False
    return not any(isinstance(each, dict | list) for each in values)


def from_url(query_string: bytes, limits: HttpLimits) -> GraphQLRequest:
    """Parse the query string of a GET, in which `variables` and `extensions` are JSON.

    Raises:
        RequestRefused: it is not a request.
        DocumentRefused: it holds a half character.

    """
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_URL_PARAMETERS
        )
    except ValueError as error:
        message = "The query string is not valid."
        raise bad_request(message) from error
    parameters: dict[str, object] = dict(pairs)
    for name in ("variables", "extensions"):
        if text := parameters.get(name):
            parameters[name] = parse_json(str(text), f"`{name}` parameter", within=(name,))
        else:
            parameters[name] = None
    parameters["query"] = parameters.get("query") or None
    return from_parameters(parameters, limits, weight=len(query_string))


def from_parameters(parameters: object, limits: HttpLimits, *, weight: int) -> GraphQLRequest:
    """Check the types of the parameters; `weight` is the size of the whole request in bytes.

    Raises:
        RequestRefused: they are not a request.

    """
    if isinstance(parameters, list):
        raise RequestRefused(400, ErrorCode.BATCHING_NOT_SUPPORTED, "Batches are not supported: send one operation a request.")
    if not isinstance(parameters, dict):
        message = "The request must be a JSON object."
        raise bad_request(message)
    variables = _mapping(parameters, "variables")
    if variables:
        _check_variables(variables, limits, weight)
    return GraphQLRequest(
        query=_text(parameters, "query"),
        operation_name=_text(parameters, "operationName") or None,
        variables=variables,
        extensions=_mapping(parameters, "extensions"),
        document_id=_text(parameters, "documentId"),
    )


def _text(parameters: dict[str, object], name: str) -> str | None:
    value = parameters.get(name)
    if value is None or isinstance(value, str):
        return value
    message = f"`{name}` must be a string."
    raise bad_request(message)


def _mapping(parameters: dict[str, object], name: str) -> Mapping[str, object] | None:
    value = parameters.get(name)
    if value is None or isinstance(value, dict):
        return value
    message = f"`{name}` must be a JSON object."
    raise bad_request(message)


def _check_variables(variables: Mapping[str, object], limits: HttpLimits, weight: int) -> None:
    # Serialising them costs time, and is needed only if the whole request is larger than the limit.
    if weight > limits.variables_bytes and len(orjson.dumps(variables)) > limits.variables_bytes:
        raise too_large("`variables` object", limits.variables_bytes)
    level: list[object] = [variables]
    for _ in range(limits.variables_depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    message = f"`variables` is nested deeper than {limits.variables_depth} levels."
    raise bad_request(message)


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, (dict, list))]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, (dict, list))]
    return []
