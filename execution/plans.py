"""Which operations are compiled, and the cache of their plans.

Plans of trusted documents are never dropped. Those of other documents are bounded, and the least recently used are dropped.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal, Protocol, TypeAlias

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.execution import optimized_is_awaitable

from execution.choices import choices_of
from execution.compiler_options import CompilerOptions
from execution.fallback import FallbackExecutor
from execution.not_compiled import NotCompiled, Obstacle, Reason
from execution.plan import Plan, compile_plan, fragments_of
from execution.variables import Variables

MAX_OPERATIONS = 1_000
"""Operations of untrusted documents that are cached."""
MAX_DOCUMENTS = 524_288
"""Characters of the documents of these operations, which are held with them: 70 MB at most."""
MAX_TEXT = 4_000_000
"""Characters of the code of their plans: 8 bytes of memory each, so 32 MB at most."""
MAX_OUTCOMES = 8
"""Plans of one operation: a client may send a variable for every field, and each outcome of them would be compiled."""

CompileAfter: TypeAlias = Literal[1, 2]
"""The request with which an operation is compiled. Compiling costs as much as some runs by graphql-core, so it is the second
by default; tests compile with the first."""
OnDefect: TypeAlias = Callable[[Exception], None]
"""Takes what the compiler raised by mistake."""


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
        """Whether it is one of the operator's."""


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


def ignore(_value: object) -> None:
    """Do nothing."""


@dataclass(slots=True)
class Prepared:
    """What is the same for every run of an operation."""

    options: CompilerOptions
    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    definitions: dict[str, FragmentDefinitionNode]
    variables: Variables
    choices: tuple[str, ...]
    on_growth: Callable[[int], None] = ignore
    """Takes the size of each plan that is made."""
    on_defect: OnDefect = ignore
    plans: dict[tuple[object, ...], Plan | Obstacle] = field(default_factory=dict)

    def plan(self, variables: VariableValues) -> Plan:
        """Return the plan for an outcome of the choices.

        Raises:
            NotCompiled: there is none.

        """
        outcome = tuple(variables.coerced.get(name) for name in self.choices)
        plan = self.plans.get(outcome)
        if plan is None:
            if len(self.plans) >= MAX_OUTCOMES or not all(isinstance(each, bool) for each in outcome):
                raise NotCompiled(Reason.TOO_MANY_OUTCOMES)
            plan = self.plans[outcome] = self._compile(variables)
            if isinstance(plan, Plan):
                self.on_growth(len(plan.text))
        if isinstance(plan, Obstacle):
            raise NotCompiled(*plan)
        return plan

    def warm(self) -> None:
        """Compile every outcome of the choices, if there are not too many to keep all."""
        if 2 ** len(self.choices) > MAX_OUTCOMES:
            return
        variables = self.variables.only(self.choices)
        for outcome in product((True, False), repeat=len(self.choices)):
            values = variables.coerced(dict(zip(self.choices, outcome, strict=True)))
            assert values is not None  # what `@skip` and `@include` read is a Boolean
            with suppress(NotCompiled):
                self.plan(values)

    def executor(self, variables: VariableValues, context: Any, root: object) -> FallbackExecutor:
        """Make graphql-core's executor, as `Executor.build` does, but for the parts that are prepared."""
        return FallbackExecutor(
            self.options.schema,
            self.definitions,
            self.fragments,
            root,
            context,
            self.operation,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # it lacks the type that graphql-core asks for
        )

    @property
    def size(self) -> int:
        """Characters of the code of all plans."""
        return sum(len(plan.text) for plan in self.plans.values() if isinstance(plan, Plan))

    def _compile(self, variables: VariableValues) -> Plan | Obstacle:
        try:
            return compile_plan(self.options, self.document, self.operation, variables)
        except NotCompiled as error:
            return error.obstacle
        except Exception as error:  # noqa: BLE001 - graphql-core answers in place of a compiler with a defect
            self.on_defect(error)
            return Obstacle(Reason.DEFECT)


class Plans:
    """The operations met lately, with their plans."""

    def __init__(
        self,
        options: CompilerOptions,
        *,
        compile_after: CompileAfter = 2,
        capacity: int = MAX_OPERATIONS,
        on_defect: OnDefect = ignore,
    ) -> None:
        """Begin with none."""
        self._options = options
        self._compile_after = compile_after
        self._capacity = capacity
        self._on_defect = on_defect
        self._document_size = 0
        self._plan_size = 0
        self._untrusted: OrderedDict[Key, Prepared | Obstacle | None] = OrderedDict()
        """None for an operation that was met and not yet compiled."""
        self._trusted: dict[Key, Prepared | Obstacle] = {}

    def __len__(self) -> int:
        """Count the operations."""
        return len(self._untrusted) + len(self._trusted)

    def warm(self, operations: Iterable[ParsedOperation]) -> None:
        """Compile operations of trusted documents now."""
        for operation in operations:
            with suppress(NotCompiled):
                self.prepared(operation).warm()

    def prepared(self, operation: ParsedOperation, *, at_once: bool = False) -> Prepared:
        """Return what is prepared for an operation; `at_once` prepares one that is met for the first time as well.

        Raises:
            NotCompiled: nothing, yet or ever.

        """
        node = operation.node
        key = (operation.document, node.name.value if node.name else None)
        if operation.document.trusted:
            found = self._find_trusted(key, operation)
        else:
            found = self._find_untrusted(key, operation, at_once=at_once)
        if isinstance(found, Obstacle):
            raise NotCompiled(*found)
        return found

    def _find_trusted(self, key: Key, operation: ParsedOperation) -> Prepared | Obstacle:
        """Find or prepare one that is never dropped: there are as many as the operator has listed."""
        found = self._trusted.get(key)
        if found is None:
            found = self._trusted[key] = self._prepare(operation)
        return found

    def _find_untrusted(self, key: Key, operation: ParsedOperation, *, at_once: bool) -> Prepared | Obstacle:
        if key not in self._untrusted:
            self._add(key)
            if self._compile_after > 1 and not at_once:
                return Obstacle(Reason.NOT_YET)
        found = self._untrusted[key]
        if found is None:
            found = self._untrusted[key] = self._prepare(operation, self._grow)
        self._untrusted.move_to_end(key)
        return found

    def _add(self, key: Key) -> None:
        self._untrusted[key] = None
        self._document_size += len(key[0].text)
        self._shrink()

    def _grow(self, size: int) -> None:
        self._plan_size += size
        self._shrink()

    def _shrink(self) -> None:
        """Drop what was used longest ago, but never the last, which is in use."""
        while len(self._untrusted) > 1 and (
            len(self._untrusted) > self._capacity or self._document_size > MAX_DOCUMENTS or self._plan_size > MAX_TEXT
        ):
            (document, _), found = self._untrusted.popitem(last=False)
            self._document_size -= len(document.text)
            self._plan_size -= found.size if isinstance(found, Prepared) else 0

    def _prepare(self, operation: ParsedOperation, on_growth: Callable[[int], None] = ignore) -> Prepared | Obstacle:
        document = operation.document.node
        try:
            fragments = fragments_of(document)
            variables = Variables.of(self._options.schema, operation.node)
        except NotCompiled as error:
            return error.obstacle
        definitions = {name: details.definition for name, details in fragments.items()}
        choices = choices_of(operation.node, definitions)
        return Prepared(
            self._options,
            document,
            operation.node,
            fragments,
            definitions,
            variables,
            choices,
            on_growth,
            self._on_defect,
        )
