"""What compiling needs to know besides the operation."""

from dataclasses import dataclass, field
from itertools import count

from graphql import GraphQLSchema

from execution.instrumentation import Instrumentation
from execution.leaves import Leaves


@dataclass(frozen=True, slots=True)
class CompilerOptions:
    """What is the same for all operations of a schema."""

    schema: GraphQLSchema
    leaves: Leaves = field(default_factory=Leaves)
    instrumentation: Instrumentation | None = None
    """What measures fields. It changes the values that the code refers to, not the code."""
    number: int = field(default_factory=count().__next__)
    """Tells the schemas of a process apart, whose types may have the same names."""
