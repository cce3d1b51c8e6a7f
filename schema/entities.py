"""What is found in the text of a post: people, hashtags and links."""

import strawberry

from schema.fields import attribute, by_key
from schema.users import User


@strawberry.type(description="A person named in a text, as in @username.")
class Mention:
    """Shows a `MentionRow`."""

    username: str = attribute("The name as written, without the @; `user.username` is theirs of now.")
    start: int = attribute("Where its @ stands, in UTF-16 code units, as JavaScript counts.")
    end: int = attribute("Where it ends, in the same units; the character there is no longer part of it.")
    user: User | None = by_key(
        "visible_users",
        "user_id",
        "The person, whatever their name is now; null when nobody had that name when it was written, or they are gone.",
    )


@strawberry.type(description="A hashtag in a text.")
class HashtagUse:
    """Shows a `HashtagRow`."""

    name: str = attribute("What hashtags are compared by: case-folded (`#Größe` is `grösse`), without the #.")
    start: int = attribute("Where its # stands, in UTF-16 code units, as JavaScript counts.")
    end: int = attribute("Where it ends, in the same units.")


@strawberry.type(description="A web address in a text.")
class Link:
    """Shows a `LinkRow`."""

    url: str = attribute("The address as written, with http:// or https://.")
    start: int = attribute("Where it begins, in UTF-16 code units, as JavaScript counts.")
    end: int = attribute("Where it ends, in the same units.")
