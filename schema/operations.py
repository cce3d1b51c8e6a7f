"""Root fields, declared by functions: who may call them, what they take, what they give.

The name of a function is the field's; its docstring is the description that clients read, unless one is given. It gets the
context, the viewer unless it is public, and its arguments, global ids decoded; those of a mutation come out of its one input, if
it takes any.
"""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper, wraps
from types import ModuleType
from typing import Annotated, Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar

import strawberry
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from errors import OutcomeUnknown, Unavailable
from execution.declarations import COST, HOW, Call, Cost
from feeds import pipeline
from feeds.pipeline import Feed
from feeds.reader import Reader
from resolvers.context import Context
from resolvers.event_source import EventExecution, EventSource, OutcomeT
from schema.access import ACCESS, READING, WRITING, Access
from schema.fields import Info
from schema.idempotency import PARAMETER, Again, DoneOnce
from schema.inputs import Arguments, ParametersInput, PatchInput
from schema.pages import paging, window_of
from schema.payloads import Payload, PayloadFields, Returned
from services.accounts.viewer import Viewer
from services.write_limits.outcomes import WriteLimit

P = ParamSpec("P")
T = TypeVar("T")
ForAnybody: TypeAlias = Callable[Concatenate[Context, P], T]
ForViewer: TypeAlias = Callable[Concatenate[Context, Viewer, P], T]
Root: TypeAlias = Literal["Query", "Mutation", "Subscription"]
Caller: TypeAlias = Callable[[Context], tuple[Viewer, ...]]
"""Returns the viewer for a function that needs one, and nobody for a public one."""

_INPUT = strawberry.argument(description="The arguments.")
_NEEDS_VIEWER = "Needs a viewer."
_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_HANDED_IN = ("once", "attempt")
"""Parameters of the function of a mutation that no client gives."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A root field."""

    root: Root
    field: StrawberryField


def query(
    type_: Any, *, cost: Cost | None = None, access: Access = READING
) -> Callable[[ForViewer[P, Awaitable[Any]]], Operation]:
    """Declare a query that needs a viewer; `access` says what else it asks of them.

    Its type is that of its value; like all root fields it is null beside an error.
    """

    def declare(function: ForViewer[P, Awaitable[Any]]) -> Operation:
        text = f"{_text(function)} {access.text or _NEEDS_VIEWER}"
        return _query(_guarded(function, access), type_, cost, text, _viewer, access)

    return declare


def public_query(
    type_: Any, *, cost: Cost | None = None, description: str | None = None
) -> Callable[[ForAnybody[P, Awaitable[Any]]], Operation]:
    """Declare a query that anybody may ask; its function gets no viewer."""

    def declare(function: ForAnybody[P, Awaitable[Any]]) -> Operation:
        return _query(function, type_, cost, description or _text(function), _nobody, READING)

    return declare


def page_query(
    type_: Any,
    feed: Callable[Concatenate[Reader, ...], Feed[Any]],
    description: str,
    *,
    backward: bool = False,
    public: bool = False,
    cost: Cost | None = None,
) -> Operation:
    """Declare a query that is a page of a feed of the viewer; its name is that of the variable in its module.

    What the feed takes beside the reader are arguments of the query, beside those of the page. `backward` adds `last` and
    `before`, for a feed that reads backward. Anybody may read a `public` one.
    """
    given = [*inspect.signature(feed).parameters.values()][1:]
    taken = Arguments.of(each.replace(kind=_KEYWORD) for each in given)

    def resolve(info: Info, **arguments: Any) -> Awaitable[Any]:
        info.context.check_scope(READING.scope)
        if not public:
            info.context.signed_in()
        reader, window = info.context.reader, window_of(arguments)
        return pipeline.page(reader, feed(reader, **taken.decoded(arguments)), window)

    own = [*inspect.signature(resolve).parameters.values()][:1]
    parameters = [*own, *paging(backward=backward), *taken.parameters]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # as `_sign`
    return _query_field(resolve, type_, description if public else f"{description} {_NEEDS_VIEWER}", READING, cost)


def mutation(
    *,
    takes: str | type | None,
    gives: PayloadFields,
    description: str | None = None,
    again: Again | None = None,
    limit: WriteLimit | None = None,
    access: Access = WRITING,
) -> Callable[[ForViewer[P, Awaitable[Returned]]], Operation]:
    """Declare a mutation that needs a viewer.

    Args:
        takes: The description of the input, whose type is made from the function's parameters; or, for a patch, a class of
            inputs whose fields may all be absent: the function gets those that are there as `changes`. None where there is
            nothing to give, and hence no input.
        gives: The fields of the payload.
        description: What clients read, where it is not the docstring.
        again: For a mutation that creates: gives the payload for what it made before. The input then has an `idempotencyKey`,
            and the function gets the request as `once`, which it passes to its write.
        limit: For a mutation that people may call so often: what it counts against. The function gets an `attempt`, which it
            passes to its write.
        access: What else is asked of the viewer.

    """

    def declare(function: ForViewer[P, Awaitable[Returned]]) -> Operation:
        counted: Callable[..., Awaitable[Returned]] = function if limit is None else _limited(function, limit)
        guarded = _guarded(counted, access)
        once = None if again is None else DoneOnce(_name(function), guarded, again)
        told = "" if limit is None else f"Counts against the limit `{limit}`. "
        text = f"{description or _text(function)} {told}{access.text}".rstrip()
        return _mutation(guarded, takes, gives, text, _viewer, once, access)

    return declare


def public_mutation(
    *,
    takes: str | None,
    gives: PayloadFields,
    again: Again | None = None,
    secret: Collection[str] = (),
    access: Access = WRITING,
) -> Callable[[ForAnybody[P, Awaitable[Returned]]], Operation]:
    """Declare a mutation that anybody may call; its function gets no viewer.

    With `again` it is done once for each key, as in `mutation`; the function says whose the key is. `secret` names arguments of
    which not even a digest is stored. `access` is what is asked of a program.
    """

    def declare(function: ForAnybody[P, Awaitable[Returned]]) -> Operation:
        once = None if again is None else DoneOnce(_name(function), function, again, secret)
        return _mutation(function, takes, gives, _text(function), _nobody, once, access)

    return declare


def subscription(
    type_: Any, *, name: str, cost: Cost | None = None
) -> Callable[[ForViewer[P, EventSource]], Operation]:
    """Declare a subscription that needs a viewer. It has a name of its own, since it may be that of a query.

    Without a `cost` it costs what one event does.
    """

    def declare(function: ForViewer[P, EventSource]) -> Operation:
        return _subscription(function, type_, name, cost)

    return declare


def root_type(root: Root, description: str, domains: Iterable[ModuleType]) -> type:
    """Join the operations that modules declare, in the order of their text."""
    fields: list[StrawberryField] = []
    for name, each in (item for domain in domains for item in vars(domain).items()):
        if isinstance(each, Operation) and each.root == root:
            each.field.python_name = name
            fields.append(each.field)
    return create_type(root, fields, description=description)


def _viewer(context: Context) -> tuple[Viewer, ...]:
    return (context.signed_in(),)


def _nobody(_: Context) -> tuple[Viewer, ...]:
    return ()


def _guarded(function: ForViewer[P, Awaitable[T]], access: Access) -> ForViewer[P, Awaitable[T]]:
    """Return a function that asks first for a session that stands for certain, where no program may, and for the role."""
    role, by_person = access.role, access.scope is None
    if role is None and not by_person:
        return function

    @wraps(function)
    async def guarded(context: Context, viewer: Viewer, /, *args: P.args, **given: P.kwargs) -> T:
        if by_person:
            await context.check_session(recent=access.recent)
        if role is not None:
            await context.check_role(role)
        return await function(context, viewer, *args, **given)

    return guarded


def _limited(function: Callable[..., Awaitable[T]], limit: WriteLimit) -> Callable[..., Awaitable[T]]:
    """Return a function that hands on an attempt of its viewer, and tells the client what came of it."""

    @wraps(function)
    async def limited(context: Context, viewer: Viewer, /, **given: Any) -> T:
        attempt = context.services.write_limits.attempt(limit, viewer)
        try:
            async with attempt:
                return await function(context, viewer, attempt=attempt, **given)
        finally:
            context.tell_limits(attempt)

    return limited


def _query(
    function: Callable[..., Awaitable[Any]], type_: Any, cost: Cost | None, description: str, caller: Caller, access: Access
) -> Operation:
    taken = Arguments.of(_given(function, caller))

    def resolve(info: Info, **given: Any) -> Awaitable[Any]:
        info.context.check_scope(access.scope)
        viewers = caller(info.context)
        return function(info.context, *viewers, **taken.decoded(given))

    _sign(resolve, function, taken.parameters)
    return _query_field(resolve, type_, description, access, cost)


def _query_field(
    resolve: Callable[..., Any], type_: Any, description: str, access: Access, cost: Cost | None = None
) -> Operation:
    metadata = {HOW: Call(), COST: cost, ACCESS: access}
    field = strawberry.field(resolver=resolve, graphql_type=type_ | None, description=description, metadata=metadata)
    return Operation("Query", field)


def _mutation(
    function: Callable[..., Awaitable[Returned]],
    takes: str | type | None,
    gives: PayloadFields,
    description: str,
    caller: Caller,
    once: DoneOnce | None,
    access: Access,
) -> Operation:
    name, run = _name(function), once or function
    title = name[0].upper() + name[1:]
    input_: ParametersInput | PatchInput | None = None
    if isinstance(takes, str):
        input_ = ParametersInput.of(f"{title}Input", function.__module__, takes, _taken(function, caller, once))
    elif takes is not None:
        input_ = PatchInput.of(takes)
    payload = Payload.of(f"{title}Payload", function.__module__, f"What `{name}` gives.", gives)

    async def resolve(info: Info, input: Any = None) -> object:
        context: Context = info.context
        context.check_scope(access.scope)
        viewers = caller(context)
        arguments = {} if input_ is None else input_.arguments(input)
        try:
            returned = await run(context, *viewers, **arguments)
        finally:
            # Whatever was read before the write may be stale, even where its outcome is unknown.
            context.forget()
        try:
            return await payload.row(context, arguments, returned)
        except Unavailable as error:
            # The write is done, so this must not read as one that failed.
            raise OutcomeUnknown from error

    taken = [] if input_ is None else [inspect.Parameter("input", _KEYWORD, annotation=Annotated[input_.graphql_type, _INPUT])]
    _sign(resolve, function, taken)
    field = strawberry.mutation(
        resolver=resolve, graphql_type=payload.graphql_type | None, description=description, metadata={ACCESS: access}
    )
    return Operation("Mutation", field)


def _subscription(function: Callable[..., EventSource], type_: Any, name: str, cost: Cost | None) -> Operation:
    taken = Arguments.of(_given(function, _viewer))

    def opened(context: Context, given: Mapping[str, Any]) -> EventSource:
        context.check_scope(READING.scope)
        return function(context, context.signed_in(), **taken.decoded(given))

    def resolve(info: Info, **given: Any) -> _Opening:
        return _Opening(lambda: opened(info.context, given))

    _sign(resolve, function, taken.parameters)
    field: Any = strawberry.subscription(
        resolver=resolve, graphql_type=type_, name=name, description=_text(function), metadata={COST: cost, ACCESS: READING}
    )
    return Operation("Subscription", field)


@dataclass(frozen=True, slots=True)
class _Opening:
    """A source of events that is opened when it is read: what opening it refuses ends the stream and says why."""

    open: Callable[[], EventSource]

    def __aiter__(self) -> AsyncIterator[object]:
        return aiter(self.open())

    def outcomes(self, execution: EventExecution[OutcomeT]) -> AsyncGenerator[Sequence[OutcomeT], None]:
        return self.open().outcomes(execution)


def _name(function: Callable[..., object]) -> str:
    """Return the name of a field."""
    return to_camel_case(function.__name__)


def _taken(function: Callable[..., object], caller: Caller, once: DoneOnce | None) -> list[inspect.Parameter]:
    """Return the fields of an input: what clients give, and a key where it is done once."""
    given = [each for each in _given(function, caller) if each.name not in _HANDED_IN]
    return given if once is None else [*given, PARAMETER]


def _given(function: Callable[..., object], caller: Caller) -> list[inspect.Parameter]:
    """Return the parameters of a function that clients give: those after the context and the viewer."""
    parameters = [*inspect.signature(function).parameters.values()][2 if caller is _viewer else 1 :]
    return [each.replace(kind=_KEYWORD) for each in parameters]


def _sign(resolve: Callable[..., object], function: Callable[..., object], given: Iterable[inspect.Parameter]) -> None:
    """Name a resolver as its function, and show Strawberry the parameters that clients give."""
    update_wrapper(resolve, function)
    parameters = [inspect.Parameter("info", _KEYWORD, annotation=Info), *given]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # any function may have one


def _text(function: Callable[..., object]) -> str:
    """Return the docstring on one line."""
    text = inspect.getdoc(function)
    if text is None:
        raise TypeError(f"{function.__name__} has no docstring, which is what clients read")
    return " ".join(text.split())
