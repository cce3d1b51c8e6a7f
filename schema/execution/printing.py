"""The generated code of a document, for people: `rookery plan FILE`."""

from collections.abc import Iterator, Mapping

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse, validate
from strawberry import Schema

from schema.execution.choices import choices_of
from schema.execution.plan import compile_plan, fragments_of
from schema.execution.surprise import Uncompiled
from schema.execution.variables import Variables


class Unprintable(Exception):
    """The document cannot be read, does not fit the schema, or needs values for its choices; the message says which."""


def printed_plans(schema: Schema, text: str, variables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give the name and the generated code of each operation of a document, or why it has none.

    Of the variables only those matter that `@skip` and `@include` read, and those that are required.

    Raises:
        Unprintable: see there.

    """
    core = schema._schema  # noqa: SLF001 (Strawberry has no public name for it)
    try:
        document = parse(text)
    except GraphQLError as error:
        raise Unprintable(str(error)) from error
    if errors := validate(core, document):
        raise Unprintable("\n\n".join(map(str, errors)))
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            name = node.name.value if node.name else "anonymous"
            try:
                yield name, _printed(schema, document, node, variables)
            except Uncompiled as reason:
                yield name, f"# Left to graphql-core: {reason}.\n"


def _printed(schema: Schema, document: DocumentNode, node: OperationDefinitionNode, given: Mapping[str, object]) -> str:
    core = schema._schema  # noqa: SLF001 (as above)
    fragments = {name: details.definition for name, details in fragments_of(document).items()}
    choices = choices_of(node, fragments)
    values = Variables.of(core, node).only(choices).coerced(given)
    if values is None:
        raise Unprintable(f"Give true or false for {', '.join(f'${name}' for name in choices)}.")
    return compile_plan(core, document, node, values).text
