"""Which operations are compiled, and their plans: those of strangers bounded, the least used forgotten; trusted ones for good."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Protocol, TypeAlias

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.execution import optimized_is_awaitable

from execution.bailout import Uncompiled
from execution.choices import choices_of
from execution.fallback import ResumedExecutor
from execution.instrumentation import Watching
from execution.plan import Plan, compile_plan, fragments_of
from execution.variables import Variables

MAX_OPERATIONS = 1_000
"""Operations remembered: as many as `web.limits` keeps documents."""
MAX_DOCUMENTS = 524_288
"""Characters of the documents of these operations, which are kept with them: as many as `web.limits` keeps; 70 MB at most."""
MAX_TEXT = 4_000_000
"""Characters of the plans: 8 bytes of memory each, so 32 MB at most."""
MAX_OUTCOMES = 8
"""Plans of one operation: a client may send a variable for every field, and each outcome of them would be compiled."""


class ParsedDocument(Protocol):
    """A valid document, equal only to itself."""

    @property
    def text(self) -> str:
        """What was sent."""

    @property
    def node(self) -> DocumentNode:
        """What was parsed."""

    @property
    def trusted(self) -> bool:
        """Whether it is one of ours."""


class ParsedOperation(Protocol):
    """One operation of a document with the variables of a request."""

    @property
    def document(self) -> ParsedDocument:
        """The document."""

    @property
    def node(self) -> OperationDefinitionNode:
        """The operation in it."""

    @property
    def variables(self) -> Mapping[str, object]:
        """What the request gives."""


Key: TypeAlias = tuple[ParsedDocument, str | None]
"""A document and the name of one of its operations."""


@dataclass(slots=True)
class Prepared:
    """What is the same for every run of an operation."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    definitions: dict[str, FragmentDefinitionNode]
    variables: Variables
    choices: tuple[str, ...]
    grown: Callable[[int], None] = lambda _: None
    """Told the size of each plan that is made."""
    watching: Watching | None = None
    plans: dict[tuple[object, ...], Plan | str] = field(default_factory=dict)

    def plan(self, values: VariableValues) -> Plan:
        """Give the plan for an outcome of the choices.

        Raises:
            Uncompiled: there is none.

        """
        outcome = tuple(values.coerced.get(name) for name in self.choices)
        plan = self.plans.get(outcome)
        if plan is None:
            if len(self.plans) >= MAX_OUTCOMES or not all(isinstance(each, bool) for each in outcome):
                raise Uncompiled("choices")
            plan = self.plans[outcome] = self._compiled(values)
            if isinstance(plan, Plan):
                self.grown(len(plan.text))
        if isinstance(plan, str):
            raise Uncompiled(plan)
        return plan

    def warm(self) -> None:
        """Compile every outcome of the choices, if there are not too many to have all."""
        if 2 ** len(self.choices) > MAX_OUTCOMES:
            return
        variables = self.variables.only(self.choices)
        for outcome in product((True, False), repeat=len(self.choices)):
            values = variables.coerced(dict(zip(self.choices, outcome, strict=True)))
            assert values is not None  # what `@skip` and `@include` read is a Boolean
            with suppress(Uncompiled):
                self.plan(values)

    def executor(self, values: VariableValues, context: Any, root: object) -> ResumedExecutor:
        """Make graphql-core's executor, as `Executor.build` does, but for the parts that are prepared."""
        return ResumedExecutor(
            self.schema,
            self.definitions,
            self.fragments,
            root,
            context,
            self.operation,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # as in `web.execution`
        )

    @property
    def size(self) -> int:
        """Give the characters of all plans."""
        return sum(len(plan.text) for plan in self.plans.values() if isinstance(plan, Plan))

    def _compiled(self, values: VariableValues) -> Plan | str:
        try:
            return compile_plan(self.schema, self.document, self.operation, values, self.watching)
        except Uncompiled as reason:
            return str(reason)


class Plans:
    """The operations seen lately."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        at_first_sight: bool,
        capacity: int = MAX_OPERATIONS,
        watching: Watching | None = None,
    ) -> None:
        """Begin with none. Compiling costs as much as some runs by graphql-core, so it waits for the second sight."""
        self._schema = schema
        self._watching = watching
        self._at_first_sight = at_first_sight
        self._capacity = capacity
        self._document_size = 0
        self._plan_size = 0
        self._seen: OrderedDict[Key, Prepared | str | None] = OrderedDict()
        self._trusted: dict[Key, Prepared | str] = {}

    def __len__(self) -> int:
        """Count what is remembered."""
        return len(self._seen) + len(self._trusted)

    def warm(self, operations: Iterable[ParsedOperation]) -> None:
        """Compile operations of trusted documents now."""
        for operation in operations:
            with suppress(Uncompiled):
                self.prepared(operation).warm()

    def prepared(self, operation: ParsedOperation) -> Prepared:
        """Give what is prepared for an operation.

        Raises:
            Uncompiled: nothing, yet or ever.

        """
        node = operation.node
        key = (operation.document, node.name.value if node.name else None)
        found = self._ours(key, operation) if operation.document.trusted else self._strangers(key, operation)
        if isinstance(found, str):
            raise Uncompiled(found)
        return found

    def _ours(self, key: Key, operation: ParsedOperation) -> Prepared | str:
        """Give a trusted one, which is kept for good: there are as many as the operator has listed."""
        found = self._trusted.get(key)
        if found is None:
            found = self._trusted[key] = self._prepare(operation)
        return found

    def _strangers(self, key: Key, operation: ParsedOperation) -> Prepared | str:
        if key not in self._seen:
            self._remember(key, None)
            if not self._at_first_sight:
                raise Uncompiled("first sight")
        found = self._seen[key]
        if found is None:
            found = self._seen[key] = self._prepare(operation, self._grew)
        self._seen.move_to_end(key)
        return found

    def _remember(self, key: Key, found: None) -> None:
        self._seen[key] = found
        self._document_size += len(key[0].text)
        self._shrink()

    def _grew(self, size: int) -> None:
        self._plan_size += size
        self._shrink()

    def _shrink(self) -> None:
        """Forget what was used longest ago; the last is in use."""
        while len(self._seen) > 1 and (
            len(self._seen) > self._capacity or self._document_size > MAX_DOCUMENTS or self._plan_size > MAX_TEXT
        ):
            (document, _), found = self._seen.popitem(last=False)
            self._document_size -= len(document.text)
            self._plan_size -= found.size if isinstance(found, Prepared) else 0

    def _prepare(self, operation: ParsedOperation, grown: Callable[[int], None] = lambda _: None) -> Prepared | str:
        document = operation.document.node
        try:
            fragments = fragments_of(document)
            variables = Variables.of(self._schema, operation.node)
        except Uncompiled as reason:
            return str(reason)
        definitions = {name: details.definition for name, details in fragments.items()}
        choices = choices_of(operation.node, definitions)
        return Prepared(
            self._schema, document, operation.node, fragments, definitions, variables, choices, grown, self._watching
        )
