"""The model of the analysts' graph, as a page shows it."""

from collections.abc import Mapping

from analytics.graph_copy.model import NODE_TYPES, RELATIONSHIP_TYPES, Property


def model_tables() -> str:
    """Return a table of the labels with their properties, and one of the types of relationships."""
    nodes = "".join(f"| `{each.label}` | {each.text} | {_listed(each.properties)} |\n" for each in NODE_TYPES.values())
    edges = "".join(
        f"| `(:{each.start})-[:{each.name}]->(:{each.end})` | {each.text} | {_listed(each.properties)} |\n"
        for each in RELATIONSHIP_TYPES.values()
    )
    return (
        f"| label | what one is | properties |\n| --- | --- | --- |\n{nodes}\n"
        f"| relationships | what one says | properties |\n| --- | --- | --- |\n{edges}"
    )


def _listed(properties: Mapping[str, Property]) -> str:
    return "<br>".join(
        f"`{name}` {each.type}{', or absent' if each.optional else ''}: {each.text}" for name, each in properties.items()
    )
