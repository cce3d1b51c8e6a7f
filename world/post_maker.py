"""Makes posts out of what somebody says."""

from dataclasses import dataclass
from random import Random

from graph.ids import id_at
from world.demo_post import DemoPost
from world.people import Person
from world.speech import Saying
from world.words import Subject


@dataclass(frozen=True, slots=True)
class PostMaker:
    """Makes posts. `by_username` has the indexes of people."""

    rng: Random
    by_username: dict[str, int]

    def post(
        self,
        author: Person,
        saying: Saying,
        at: int,
        audience: str,
        subject: Subject,
        *,
        replies: tuple[DemoPost, DemoPost] | None = None,
        quotes: DemoPost | None = None,
    ) -> DemoPost:
        """Make a post; `replies` has the parent and the root of a reply, whose author counts as mentioned."""
        parent, root = replies or (None, None)
        mentions = [self.by_username[name] for name in saying.mentions]
        if parent is not None and parent.author not in (author.index, *mentions):
            mentions.append(parent.author)
        return DemoPost(
            id=id_at(at, self.rng.getrandbits(74)),
            author=author.index,
            text=saying.text,
            lang=saying.lang if any(map(str.isalpha, saying.text)) else None,
            audience=audience,
            home=parent is None or parent.author == author.index,
            reply_to=parent.id if parent else None,
            root=root.id if root else None,
            quote_of=quotes.id if quotes else None,
            tags=saying.tags,
            mentions=tuple(mentions),
            created_at=at,
            subject=subject,
        )


def audience_of(author: Person) -> str:
    """Return the audience of what somebody posts without choosing one."""
    return "FOLLOWERS" if author.private else "PUBLIC"
