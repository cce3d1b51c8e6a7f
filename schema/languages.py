"""The argument by which feeds are read in one language."""

from typing import Annotated

import strawberry

Lang = Annotated[
    str | None,
    strawberry.argument(
        description="Only posts in this language, as a BCP 47 tag; its region does not matter, so en-GB finds en-US. Null is "
        "all, those of no known language among them."
    ),
]
