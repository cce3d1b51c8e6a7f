"""The Relay interface of everything that has a global id."""

import strawberry


@strawberry.interface(description="Anything with a global id.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = strawberry.field(description="Global id: opaque, stable, and good for `node(id:)`.")
