"""What each field of a schema costs, from its declaration; the same for every document."""

from dataclasses import dataclass, replace
from itertools import chain

from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from execution.declarations import (
    COST,
    Attribute,
    ByKey,
    Call,
    Computed,
    Cost,
    Declaration,
    MappedColumn,
    Surcharge,
    declaration_of,
)
from execution.not_compiled import NotCompiled

LOOK_UP = 1
"""The unit: one row found by its key, together with those of its neighbours."""
CALL = 5
"""What a resolver of its own is worth before its rows: a statement or a round trip, for each parent."""
WRITE = 10
"""What a change is worth: a transaction, its events, and what it invalidates."""
ROWS = 10
"""Items of a list whose declaration says nothing."""

_NO_COST = Cost()


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What a field costs for one parent: `weight`, and for each of its rows `each` and what is selected on them."""

    weight: int
    each: int
    rows: int
    """How many, where no argument says so."""
    per: tuple[str, ...] = ()
    """The arguments that say how many."""
    most: int = 0
    """Most that they may ask for."""
    shared: tuple[str, str] | None = None
    """The loader and the key of a lookup that fields of one selection share, and that then costs once."""
    surcharges: tuple[Surcharge, ...] = ()
    """What some arguments make it cost more."""


FREE = FieldCost(0, 0, 1)


class Costs:
    """The costs of a schema, each worked out when it is first needed."""

    def __init__(self, schema: GraphQLSchema, longest_page: int) -> None:
        """`longest_page` is how many rows a field's argument may ask for, where its `Cost` does not say."""
        self.schema = schema
        self._longest_page = longest_page
        self._pages: frozenset[str] | None = None
        self._known: dict[tuple[str, str], FieldCost] = {}

    def of(self, type_: GraphQLObjectType | GraphQLAbstractType, name: str) -> FieldCost:
        """Return what a field costs; one of an interface costs as much as in the most expensive of its types."""
        if name.startswith("__"):  # `__typename` is known, and introspection has limits of its own
            return FREE
        found = self._known.get((type_.name, name))
        if found is None:
            found = self._of_object(type_, name) if isinstance(type_, GraphQLObjectType) else self._of_abstract(type_, name)
            self._known[type_.name, name] = found
        return found

    def _of_abstract(self, type_: GraphQLAbstractType, name: str) -> FieldCost:
        costs = [self.of(each, name) for each in self.schema.get_possible_types(type_)] or [FREE]
        # The arguments of an interface are those of all its types.
        return FieldCost(
            max(cost.weight for cost in costs),
            max(cost.each for cost in costs),
            max(cost.rows for cost in costs),
            costs[0].per,
            max(cost.most for cost in costs),
            surcharges=tuple(dict.fromkeys(chain.from_iterable(cost.surcharges for cost in costs))),
        )

    def _of_object(self, type_: GraphQLObjectType, name: str) -> FieldCost:
        field = type_.fields[name]
        how, cost = _declaration(field), _cost(field)
        weight = self._weight(type_, how) if cost.weight is None else cost.weight
        many = isinstance(get_nullable_type(field.type), GraphQLList)
        reads = many and not isinstance(how, Attribute | MappedColumn | Computed)
        if not is_composite_type(get_named_type(field.type)):
            return FieldCost(weight, 0, 1, shared=(how.loader, how.key) if isinstance(how, ByKey) else None)
        if per := _per(field):
            return FieldCost(weight, LOOK_UP, 1, per, cost.most or self._longest_page, surcharges=cost.surcharges)
        rows = cost.rows or ROWS if many and type_.name not in self._types_of_pages() else 1
        return FieldCost(weight, LOOK_UP if reads else 0, rows, surcharges=cost.surcharges)

    def _weight(self, type_: GraphQLObjectType, how: Declaration | None) -> int:
        if type_ is self.schema.mutation_type:
            return WRITE
        if isinstance(how, ByKey):
            return LOOK_UP
        return CALL if how is None or isinstance(how, Call) else 0

    def _types_of_pages(self) -> frozenset[str]:
        """Return the names of the types that hold the items of a page: their lists are counted by the page's size."""
        if self._pages is None:
            self._pages = frozenset(
                get_named_type(field.type).name
                for type_ in self.schema.type_map.values()
                if isinstance(type_, GraphQLObjectType)
                for field in type_.fields.values()
                if _per(field) and not isinstance(get_nullable_type(field.type), GraphQLList)
            )
        return self._pages


class SubscribedRows:
    """Counts the rows that a subscription is to, such as the posts of which it tells, and nothing of what is selected on them."""

    def __init__(self, costs: Costs) -> None:
        """Take the rows of fields from their costs."""
        self.schema = costs.schema
        self._costs = costs

    def of(self, type_: GraphQLObjectType | GraphQLAbstractType, name: str) -> FieldCost:
        """Return a cost of one for each row of a field at the root of subscriptions."""
        cost = self._costs.of(type_, name)
        return replace(cost, weight=0, each=1) if type_ is self.schema.subscription_type else FREE


def _declaration(field: GraphQLField) -> Declaration | None:
    try:
        return declaration_of(field, "")
    except NotCompiled:
        return None


def _per(field: GraphQLField) -> tuple[str, ...]:
    """Return the arguments of a field that say how many rows it reads."""
    return tuple(name for name in _cost(field).per if name in field.args)


def _cost(field: GraphQLField) -> Cost:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    found = definition.metadata.get(COST) if isinstance(definition, StrawberryField) else None
    return found if isinstance(found, Cost) else _NO_COST
