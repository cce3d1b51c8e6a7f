"""A conversation of a few people with everything that decides who sees what of it, and the truth of that in plain Python."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from random import Random

from loaders.reply_rankings import RANKED_MOST
from tests.api.product import POST, Person, own_id
from tests.api.relationships import choose, done

LIKE_RANDOMLY = 0.4
"""How likely somebody likes a post that they see, or hides a reply to their post."""
AUDIENCES = ["PUBLIC", "PUBLIC", "PUBLIC", "FOLLOWERS", "CLOSE_FRIENDS", "MENTIONED"]
HIDE = "mutation ($input: HideReplyInput!) { hideReply(input: $input) { __typename } }"
FACTS = """MATCH (p:Post)
  RETURN collect([p.id, p.authorId, p.audience, p.mentionIds, p.deletedAt IS NULL, COUNT { (p)<-[:LIKED]-() }])"""
PAIRS = "MATCH (a:User)-[e:FOLLOWS|CLOSE_FRIEND|BLOCKS]->(b:User) RETURN collect([type(e), a.id, b.id])"
PRIVATE = "MATCH (u:User) WHERE u.private RETURN collect(u.id)"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the graph has of a post."""

    author: str
    audience: str
    mentioned: Collection[str]
    live: bool
    likes: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """Posts in the order in which they were written, and what each answers; and what decides who sees them."""

    parents: dict[str, str | None] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    facts: dict[str, Facts] = field(default_factory=dict)
    pairs: set[tuple[str, str, str]] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    ranked: int = RANKED_MOST
    """Replies to a post that are ranked; the others come by time."""

    def seen_by(self, viewer: str | None) -> set[str]:
        """Return the posts that somebody may see."""
        return {post for post in self.parents if self._sees(viewer, self.facts[post])}

    def _sees(self, viewer: str | None, post: Facts) -> bool:
        if not post.live or viewer == post.author:
            return post.live
        if viewer is None:
            return post.audience == "PUBLIC" and post.author not in self.private
        if not self.pairs.isdisjoint({("BLOCKS", viewer, post.author), ("BLOCKS", post.author, viewer)}):
            return False
        nearer = ("FOLLOWS", viewer, post.author) in self.pairs or viewer in post.mentioned
        return {
            "PUBLIC": post.author not in self.private or nearer,
            "FOLLOWERS": nearer,
            "CLOSE_FRIENDS": ("CLOSE_FRIEND", post.author, viewer) in self.pairs,
            "MENTIONED": viewer in post.mentioned,
        }[post.audience]

    def above(self, post: str, limit: int, seen: set[str]) -> list[str | None]:
        """Return the first post and the nearest ones, with None for each run of those that are not there."""
        chain: list[str] = []
        each = self.parents[post]
        while each is not None:
            chain.insert(0, each)
            each = self.parents[each]
        shown = [each if each in seen and (not at or at >= len(chain) - limit) else None for at, each in enumerate(chain)]
        return [each for at, each in enumerate(shown) if each is not None or at == 0 or shown[at - 1] is not None]

    def replies(self, post: str, seen: set[str]) -> list[str]:
        """Return the replies of a post that are seen and not hidden."""
        shown = seen - self.hidden
        return [each for each, parent in self.parents.items() if parent == post and each in shown]

    def relevant(self, post: str, viewer: str | None, seen: set[str]) -> list[str]:
        """Return the same by relevance: the author's own by time, those of the followed by likes, others by likes.

        So many are ranked, whoever may see them; the others come by time.
        """

        def place(reply: str) -> tuple[int, int]:
            of = self.facts[reply]
            if of.author == self.facts[post].author:
                return 0, 0
            return 1 if ("FOLLOWS", viewer, of.author) in self.pairs else 2, -of.likes

        live = {each for each, of in self.facts.items() if of.live}
        ranked = [each for each in sorted(self.replies(post, live), key=place) if place(each) != (2, 0)][: self.ranked]
        shown = self.replies(post, seen)
        return [*(each for each in ranked if each in shown), *(each for each in shown if each not in ranked)]

    def below(self, post: str, replies: Callable[[str], list[str]], depth: int = 1) -> list[tuple[str, int]]:
        """Return everything below a post that is reached by these replies of each, and how far below."""
        return [found for reply in replies(post) for found in [(reply, depth), *self.below(reply, replies, depth + 1)]]


async def written(product, random: Random, people: Sequence[Person], count: int) -> Conversation:
    """Write a conversation in which everybody may answer everything they see: the first post most often, then the newest."""
    made = Conversation()
    while len(made.parents) < count:
        author, posts = random.choice(people), [*made.parents]
        parent = random.choice([*posts[:1] * 3, *posts[-8:]]) if posts else None
        given = {"text": "Hello.", "audience": random.choice(AUDIENCES) if parent else "PUBLIC", "replyToId": parent}
        answer = await product.ask(POST, author, input=given)
        if answer.code is None:  # else they do not see what they would answer
            made.parents[answer.data["createPost"]["post"]["id"]] = parent
    return made


async def learn(product, made: Conversation) -> None:
    """Note what the graph has of the posts and of the people."""
    named = {own_id(post): post for post in made.parents}
    made.facts.update({named[id_]: Facts(*of) for id_, *of in await product.cypher(FACTS)})
    made.pairs.clear()
    made.pairs.update(tuple(each) for each in await product.cypher(PAIRS))
    made.private.clear()
    made.private.update(await product.cypher(PRIVATE))


async def happens(product, random: Random, people: Sequence[Person], made: Conversation) -> None:
    """Let people like what they see, hide replies to what they wrote and delete some of it; then some block each other."""
    by_id = {each.own_id: each for each in people}
    await learn(product, made)
    for viewer in people:
        for post in sorted(made.seen_by(viewer.own_id)):
            if random.random() < LIKE_RANDOMLY:
                await product.like(viewer, post)
    for post, parent in made.parents.items():
        if parent is not None and random.random() < LIKE_RANDOMLY / 4:
            await product.run(HIDE, by_id[made.facts[parent].author], input={"postId": post})
            made.hidden.add(post)
    for post in random.sample([*made.parents][1:], 4):
        await product.delete(by_id[made.facts[post].author], post)
    blocker, blocked, other = random.sample(people, 3)
    for one, target in ((blocker, blocked), (other, blocker), (blocked, blocker)[:: random.choice([1, -1])]):
        await done(product, "block", one, target)
    await learn(product, made)


async def world(product, random: Random) -> tuple[list[Person], Conversation]:
    """Write a conversation of some people, one of them private, who follow and befriend each other, and let things happen."""
    people = await product.people("ada", "bea", "cid", "dov")
    for each in people:
        others = [other for other in people if other != each]
        await product.follow(each, *random.sample(others, 2))
        await done(product, "addCloseFriend", each, random.choice(others))
    await choose(product, random.choice(people), private=True)
    made = await written(product, random, people, 36)
    await happens(product, random, people, made)
    return people, made
