"""The model of the analysts' graph: labels, relationship types and properties, and what each means.

What is imported, what the shell completes, and the page of `docs/analysts.md` are made from this. It loads nothing, so that a
shell may begin with it at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

STRING, INTEGER, BOOLEAN, DATE, DATETIME = "STRING", "INTEGER", "BOOLEAN", "DATE", "ZONED DATETIME"
"""Types as Cypher names them."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its type as Cypher names it, what it means, and whether it may be absent."""

    type: str
    text: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class NodeType:
    """Nodes of a label: what one is, its properties, and which of them identifies it, if one does."""

    label: str
    text: str
    properties: Mapping[str, Property]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """Relationships of a type: from which label to which, and what one says."""

    name: str
    start: str
    end: str
    text: str
    properties: Mapping[str, Property] = field(default_factory=dict)


_AT = Property(DATETIME, "When, cut to the hour (UTC).")
_ON = Property(DATE, "On which day (UTC).")

PERSON = NodeType(
    "Person",
    "An active person whose account is open.",
    {
        "id": Property(STRING, "Pseudonym: the same within an epoch, another one in the next."),
        "joined": Property(DATE, "First day of the month of signing up."),
        "verified": Property(BOOLEAN, "Whether the account is verified."),
        "hasBio": Property(BOOLEAN, "Whether the profile has a text."),
        "hasPicture": Property(BOOLEAN, "Whether the profile has a picture."),
    },
    "id",
)
POST = NodeType(
    "Post",
    "A post for everybody that was not deleted.",
    {
        "id": Property(STRING, "Pseudonym."),
        "at": Property(DATETIME, "When it was written, cut to the hour (UTC)."),
        "lang": Property(STRING, "Language, such as `en`.", optional=True),
        "kind": Property(STRING, "`POST`, `REPLY` or `QUOTE`; a reply that quotes is a `REPLY`."),
        "root": Property(STRING, "Pseudonym of the first post of its thread.", optional=True),
        "length": Property(INTEGER, "Length of its text, in characters."),
        "pictures": Property(INTEGER, "Number of its pictures."),
        "warned": Property(BOOLEAN, "Whether it stands behind a warning, or is marked as sensitive."),
        "edited": Property(BOOLEAN, "Whether its text was changed."),
        "text": Property(STRING, "Its text, where the operator lets analysts read it.", optional=True),
    },
    "id",
)
HASHTAG = NodeType("Hashtag", "A hashtag.", {"name": Property(STRING, "In lower case, without #.")}, "name")
COPY = NodeType(
    "Copy",
    "The copy itself: one node.",
    {
        "epoch": Property(STRING, "The month of its pseudonyms, such as `2026-11`."),
        "mark": Property(DATETIME, "The time up to which every change is in it."),
        "madeAt": Property(DATETIME, "When it was exported."),
    },
)
NODE_TYPES = {each.label: each for each in (PERSON, POST, HASHTAG, COPY)}
"""Every label."""

RELATIONSHIP_TYPES = {
    each.name: each
    for each in (
        RelationshipType("FOLLOWS", "Person", "Person", "A person follows another, where neither hides it.", {"at": _ON}),
        RelationshipType("POSTED", "Person", "Post", "A person wrote a post."),
        RelationshipType("REPLIES_TO", "Post", "Post", "A post answers another."),
        RelationshipType("QUOTES", "Post", "Post", "A post quotes another."),
        RelationshipType("LIKED", "Person", "Post", "A person likes a post.", {"at": _AT}),
        RelationshipType("REPOSTED", "Person", "Post", "A person reposted a post.", {"at": _AT}),
        RelationshipType("TAGGED", "Post", "Hashtag", "A post has a hashtag."),
        RelationshipType("MENTIONS", "Post", "Person", "A post mentions a person."),
    )
}
"""Every type of relationships."""
