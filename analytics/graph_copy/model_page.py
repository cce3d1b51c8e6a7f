"""The model of the analysts' graph, as a page shows it."""

from collections.abc import Iterable, Mapping

from analytics.graph_copy.model import NODE_TYPES, RELATIONSHIP_TYPES, Property


def model_tables() -> str:
    """Return a picture of the model, a table of the labels with their properties, and one of the types of relationships."""
    nodes = "".join(f"| `{each.label}` | {each.text} | {_listed(each.properties)} |\n" for each in NODE_TYPES.values())
    edges = "".join(
        f"| `(:{each.start})-[:{each.name}]->(:{each.end})` | {each.text} | {_listed(each.properties)} |\n"
        for each in RELATIONSHIP_TYPES.values()
    )
    return (
        f"```mermaid\n{_picture()}```\n\n"
        f"| label | what one is | properties |\n| --- | --- | --- |\n{nodes}\n"
        f"| relationships | what one says | properties |\n| --- | --- | --- |\n{edges}"
    )


def _picture() -> str:
    """Return the model as Mermaid draws it: a box for each label, and an arrow for each type of relationships."""
    boxes = "".join(
        f'    {each.label}["<b>{each.label}</b><br>{"<br>".join(each.properties)}"]\n' for each in NODE_TYPES.values()
    )
    arrows = "".join(
        f'    {each.start} -- "{" ".join([each.name, *_in_braces(each.properties)])}" --> {each.end}\n'
        for each in RELATIONSHIP_TYPES.values()
    )
    return f"flowchart LR\n{boxes}{arrows}"


def _in_braces(names: Iterable[str]) -> tuple[str, ...]:
    listed = ", ".join(names)
    return (f"({listed})",) if listed else ()


def _listed(properties: Mapping[str, Property]) -> str:
    return "<br>".join(
        f"`{name}` {each.type}{', or absent' if each.optional else ''}: {each.text}" for name, each in properties.items()
    )
