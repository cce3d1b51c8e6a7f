"""The price and the generated code of a document, for people: `rookery plan FILE`."""

from collections.abc import Iterator, Mapping

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse, validate
from strawberry import Schema

from execution.bailout import Uncompiled
from execution.choices import choices_of
from execution.costs import Costs
from execution.plan import compile_plan, fragments_of
from execution.pricing import priced
from execution.variables import Variables


class Unprintable(Exception):
    """The document cannot be read, does not fit the schema, or needs values for its choices; the message says which."""


def printed_plans(schema: Schema, text: str, variables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give the name and the generated code of each operation of a document, or why it has none.

    Of the variables only those matter that `@skip` and `@include` read, and those that are required.

    Raises:
        Unprintable: see there.

    """
    document = _valid(schema, text)
    for name, node in _operations(document):
        try:
            yield name, _printed(schema, document, node, variables)
        except Uncompiled as reason:
            yield name, f"# Left to graphql-core: {reason}.\n"


def prices(schema: Schema, text: str, variables: Mapping[str, object]) -> Iterator[int]:
    """Give the price of each operation of a document, in its order.

    Raises:
        Unprintable: the document cannot be read, or does not fit the schema.

    """
    document, costs = _valid(schema, text), Costs(schema._schema)  # noqa: SLF001 (Strawberry has no public name for it)
    for _, node in _operations(document):
        yield priced(costs, document, node).of(variables)


def _valid(schema: Schema, text: str) -> DocumentNode:
    try:
        document = parse(text)
    except GraphQLError as error:
        raise Unprintable(str(error)) from error
    if errors := validate(schema._schema, document):  # noqa: SLF001 (as above)
        raise Unprintable("\n\n".join(map(str, errors)))
    return document


def _operations(document: DocumentNode) -> Iterator[tuple[str, OperationDefinitionNode]]:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            yield node.name.value if node.name else "anonymous", node


def _printed(schema: Schema, document: DocumentNode, node: OperationDefinitionNode, given: Mapping[str, object]) -> str:
    core = schema._schema  # noqa: SLF001 (as above)
    fragments = {name: details.definition for name, details in fragments_of(document).items()}
    choices = choices_of(node, fragments)
    values = Variables.of(core, node).only(choices).coerced(given)
    if values is None:
        raise Unprintable(f"Give true or false for {', '.join(f'${name}' for name in choices)}.")
    return compile_plan(core, document, node, values).text
