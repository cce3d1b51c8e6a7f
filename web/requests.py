"""The parameters of a GraphQL request, checked, from wherever they came."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson

from web.limits import HttpLimits
from web.refusals import RequestRefused, bad_request, too_large

# query, variables, operationName, extensions, documentId and a little room for what proxies and clients add
_MAX_URL_PARAMETERS = 16
# Bodies that are remembered, and the longest and the fullest of them: 6 MB together at most.
_KNOWN_BODIES, _KNOWN_BYTES, _KNOWN_VARIABLES = 1_024, 2_048, 8


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client asks to run; `document_id` names a document that the server knows."""

    query: str | None
    operation_name: str | None
    variables: Mapping[str, object] | None
    extensions: Mapping[str, object] | None
    document_id: str | None = None


def parse_json(text: bytes | str, what: str) -> object:
    """Read JSON as RFC 8259 has it: UTF-8, no NaN, no more than a thousand levels."""
    try:
        parsed: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"The {what} is not valid JSON."
        raise bad_request(message) from error
    return parsed


def from_body(body: bytes, limits: HttpLimits) -> GraphQLRequest:
    """Read the body of a POST."""
    return from_parameters(parse_json(body, "request body"), limits, weight=len(body))


class Bodies:
    """Reads bodies, and remembers those that clients repeat to the byte, as they do to ask for the first page of a timeline.

    Only short ones with few variables, none of them a list or an object, and without extensions: such a request is the same for
    everybody, and nothing can change it.
    """

    def __init__(self, limits: HttpLimits) -> None:
        """Begin with none."""
        self._limits = limits
        self._known: OrderedDict[bytes, GraphQLRequest] = OrderedDict()

    def read(self, body: bytes) -> GraphQLRequest:
        """Read the body of a POST.

        Raises:
            RequestRefused: it is not a request.

        """
        known = self._known.get(body)
        if known is None:
            return from_body(body, self._limits)
        self._known.move_to_end(body)
        return known

    def keep(self, body: bytes, request: GraphQLRequest) -> None:
        """Remember a body that turned out to be a query; in mutations there may be secrets, and they do not come again."""
        if len(body) > _KNOWN_BYTES or body in self._known or not _is_plain(request):
            return
        self._known[body] = request
        if len(self._known) > _KNOWN_BODIES:
            self._known.popitem(last=False)


def _is_plain(request: GraphQLRequest) -> bool:
    values = (request.variables or {}).values()
    if request.extensions or len(values) > _KNOWN_VARIABLES:
        return False
    return not any(isinstance(each, dict | list) for each in values)


def from_url(query_string: bytes, limits: HttpLimits) -> GraphQLRequest:
    """Read the query string of a GET, in which `variables` and `extensions` are JSON."""
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
            parameters[name] = parse_json(str(text), f"`{name}` parameter")
        else:
            parameters[name] = None
    parameters["query"] = parameters.get("query") or None
    return from_parameters(parameters, limits, weight=len(query_string))


def from_parameters(parameters: object, limits: HttpLimits, *, weight: int) -> GraphQLRequest:
    """Check the types of the parameters; `weight` is the size in bytes of all that the client sent."""
    if isinstance(parameters, list):
        raise RequestRefused(400, "BATCHING_NOT_SUPPORTED", "Batches are not supported: send one operation a request.")
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
    # Writing them again costs, and a request that is lighter as a whole cannot break the limit.
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
