"""The price and the generated code of a document, for people."""

from collections.abc import Iterator, Mapping

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, parse, validate

from execution.choices import choices_of
from execution.compiler_options import CompilerOptions
from execution.costs import Costs
from execution.not_compiled import NotCompiled
from execution.plan import compile_plan, fragments_of
from execution.pricing import price_of
from execution.variables import Variables


class Unprintable(Exception):
    """The document cannot be parsed, does not fit the schema, or needs values for its choices; the message says which."""


def printed_plans(schema: GraphQLSchema, text: str, variables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the name and the generated code of each operation of a document, or why it has none.

    Of the variables only those matter that `@skip` and `@include` read.

    Raises:
        Unprintable: see there.

    """
    document = _valid(schema, text)
    for name, node in _operations(document):
        try:
            yield name, _printed(schema, document, node, variables)
        except NotCompiled as error:
            yield name, f"# Left to graphql-core: {error}.\n"


def prices(costs: Costs, text: str, variables: Mapping[str, object]) -> Iterator[int]:
    """Yield the price of each operation of a document, in its order.

    Raises:
        Unprintable: the document cannot be read, or does not fit the schema.

    """
    document = _valid(costs.schema, text)
    for _, node in _operations(document):
        yield price_of(costs, document, node).of(variables)


def _valid(schema: GraphQLSchema, text: str) -> DocumentNode:
    try:
        document = parse(text)
    except GraphQLError as error:
        raise Unprintable(str(error)) from error
    if errors := validate(schema, document):
        raise Unprintable("\n\n".join(map(str, errors)))
    return document


def _operations(document: DocumentNode) -> Iterator[tuple[str, OperationDefinitionNode]]:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            yield node.name.value if node.name else "anonymous", node


def _printed(schema: GraphQLSchema, document: DocumentNode, node: OperationDefinitionNode, given: Mapping[str, object]) -> str:
    fragments = {name: details.definition for name, details in fragments_of(document).items()}
    choices = choices_of(node, fragments)
    values = Variables.of(schema, node).only(choices).coerced(given)
    if values is None:
        raise Unprintable(f"Give true or false for {', '.join(f'${name}' for name in choices)}.")
    return compile_plan(CompilerOptions(schema), document, node, values).text
