"""A world with a person for each way of being hidden, a post for each audience, and people who tie all of it together.

Whatever is hidden bears a word that nothing else bears. People's usernames are given before any text is written; a post that
mentions people does so under names that they had before, so that only who may see them is told who is meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from feeds import home
from graph.ids import new_id
from graph.rows.mutes import TopicKind
from graph.rows.posts import Audience
from graph.rows.reading import ReadingFeed
from keyspace.row_cache import POSTS
from resolvers.global_ids import encode
from services.events.user_events import UserUpdated
from services.posts.editing import Edit
from services.posts.writing import Draft
from tests.worlds.town import Town

PERSONAS = ("stranger", "follower", "blocked", "blocking", "muting", "friend", "mentioned")
NEUTRAL = ("plain", "other", "far", "shy")
"""Two whom everybody knows; whom those follow who are hidden, and no persona; who is not to be found."""
GONE, BANNED, WALL, SHUT = "hush_gone", "hush_banned", "hush_wall", "hush_shut"
"""Deactivated; suspended; who blocks one of the personas; whom one of them blocks."""
CLOSED, VEILED, KEEPER = "closed", "veiled", "keeper"
"""Private; with hidden lists and counts; everybody's acquaintance, whose posts are for some."""
UNSEEN = (GONE, BANNED, WALL, SHUT)
EVERYBODY = (*PERSONAS, *NEUTRAL, *UNSEEN, CLOSED, VEILED, KEEPER)

DRESS = """UNWIND $people AS person
MATCH (u:User {id: person.id})
SET u += person.set
CREATE (:Media {id: person.set.avatarId, ownerId: u.id, state: 'READY', contentType: 'image/webp', bytes: 9, alt: person.alt,
                width: 8, height: 8, createdAt: u.createdAt})
CREATE (:Media {id: person.hung, ownerId: u.id, state: 'READY', contentType: 'image/webp', bytes: 9, alt: person.alt,
                width: 8, height: 8, createdAt: u.createdAt})
RETURN count(*)"""
MENTION = """MATCH (p:Post {id: $post})
SET p.mentionNames = $names, p.mentionIds = $ids,
    p.text = reduce(text = p.text, name IN $names | text + ' @' + name)
RETURN 1"""
BOOKMARK = """MATCH (u:User {id: $user})
UNWIND range(0, size($posts) - 1) AS at
MATCH (p:Post {id: $posts[at]})
CREATE (u)-[:BOOKMARKED {at: at, owner: u.key, post: p.id}]->(p)
WITH DISTINCT u
CREATE (u)-[:HAS_FOLDER]->(f:BookmarkFolder {id: $folder, ownerId: u.id, name: 'Saved', nameKey: 'saved', createdAt: 1})
WITH u, f
MATCH (u)-[b:BOOKMARKED]->(p)
CREATE (f)-[:HOLDS {owner: u.key, folder: f.id, at: b.at, post: p.id}]->(p)
RETURN count(*)"""
DEACTIVATE = "MATCH (u:User {id: $id}) SET u.state = 'DEACTIVATED', u.deactivatedAt = 1700000000000 RETURN u.key"


@dataclass(slots=True)
class World:
    """Who and what there is. Ids are own ones, by name; the marks of a thing are what no answer may hold if it is hidden."""

    town: Town
    posts: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    """Folders of bookmarks by their owners, each with all posts."""

    @property
    def ids(self) -> list[str]:
        """Give the global id of everything but the personas, each of whom is there as `me`."""
        people = [encode("User", self.town.people[name].id) for name in EVERYBODY if name not in PERSONAS]
        rest = (("Post", self.posts), ("Picture", self.pictures), ("MutedTopic", self.topics), ("BookmarkFolder", self.folders))
        return people + [encode(kind, id_) for kind, named in rest for id_ in named.values()] + [encode("Hashtag", "words")]

    def user(self, name: str) -> str:
        """Give the global id of a person."""
        return encode("User", self.town.people[name].id)

    def post(self, name: str) -> str:
        """Give the global id of a post."""
        return encode("Post", self.posts[name])

    def marks(self, thing: str) -> Sequence[str]:
        """Give the word of a thing, and the ids of all that belongs to it, as the graph and as clients know them."""
        own = [("User", self.town.people[thing].id)] if thing in self.town.people else []
        own += [("Post", id_) for name, id_ in self.posts.items() if name.startswith(thing)]
        own += [("Picture", id_) for name, id_ in self.pictures.items() if name.startswith(thing)]
        return [thing, *(mark for kind, id_ in own for mark in (id_, encode(kind, id_)))]

    async def write(
        self, who: str, name: str, reply_to: str | None = None, audience: Audience | None = None, quote_of: str | None = None
    ) -> None:
        """Write a post that bears its own name, unless it is of somebody neutral, with a picture where there is one for it."""
        neutral = who in (*NEUTRAL, *PERSONAS)
        text, warning = ("Neutral words", "") if neutral else (f"{name} says #words @mentioned", f"{name} warns")
        media = [self.pictures[name]] if name in self.pictures else []
        answered, quoted = (self.posts[each] if each else None for each in (reply_to, quote_of))
        draft = Draft(text, answered, media, audience=audience, quote_of=quoted, warning=warning)
        self.posts[name] = (await self.town.parts.services.writing.create(self.town.people[who], draft)).id


async def build(town: Town) -> World:
    """Let everybody meet, then hide what is to be hidden; caches were warm when it happened."""
    world = World(town)
    await town.settle(*EVERYBODY)
    await _dress(world)
    await _follow(town)
    await _write(world)
    await _act(world)
    await town.deliver()
    for name in PERSONAS:
        await town.page(name)
    await _hide(world)
    await town.deliver()
    return world


async def _dress(world: World) -> None:
    people = []
    for name in (*UNSEEN, CLOSED, VEILED, KEEPER, "plain"):
        # Of whom one blocks, one knows the name and nothing else.
        word = f"{name}_more" if name == SHUT else name
        worn = world.pictures[f"{word}_worn"] = new_id()
        hung = world.pictures[f"{word}_post"] = new_id()
        told = {"displayName": f"The {name}", "bio": f"About {word}", "location": f"At {word}", "avatarId": worn}
        told |= {"website": f"https://example.org/{word}"}
        people.append({"id": world.town.people[name].id, "set": told, "hung": hung, "alt": f"A picture of {word}"})
    async with world.town.parts.graph.driver.session() as session:
        await (await session.run(DRESS, people=people)).consume()


async def _follow(town: Town) -> None:
    hidden = (*UNSEEN, CLOSED, VEILED, KEEPER)
    for name in PERSONAS:
        await town.follow(name, "plain", "other", GONE, BANNED)
    for name in ("plain", "other"):
        await town.follow(name, *PERSONAS, "far", "shy", *hidden, "other" if name == "plain" else "plain")
    for name in hidden:
        await town.follow(name, "far", "plain", "other", *(each for each in (GONE, KEEPER) if each != name))
    for name in UNSEEN:
        await town.follow(name, *PERSONAS)
    await town.follow("follower", WALL, SHUT, CLOSED, KEEPER)
    await town.follow("friend", KEEPER)
    await town.follow("blocked", WALL)
    await town.follow("blocking", SHUT)
    await town.follow("muting", VEILED)


async def _write(world: World) -> None:
    write, town = world.write, world.town
    await town.befriend(KEEPER, "friend")
    await town.befriend(KEEPER, "plain")
    await write("plain", "plain_post")
    for name in (*UNSEEN, CLOSED, VEILED, KEEPER):
        word = f"{name}_more" if name == SHUT else name
        await write(name, f"{word}_post")
        await write("plain", f"below_{name}", f"{word}_post")
        await write(name, f"{word}_reply", "plain_post")
        await write("plain", f"under_{name}", f"{word}_reply")
        await write("plain", f"about_{name}", quote_of=f"{word}_post")
        await write(name, f"{word}_quote", quote_of="plain_post")
    await write("blocked", "own_post")
    for name in UNSEEN[:3]:
        await write(name, f"{name}_answer", quote_of="own_post")
    for audience in (Audience.FOLLOWERS, Audience.CLOSE_FRIENDS, Audience.MENTIONED, Audience.PUBLIC):
        word = f"hush_{audience.value.lower()}"
        await write(KEEPER, word, audience=audience)
        if audience is Audience.MENTIONED:
            await _mention(world, word, ["mentioned", "plain"])
        await write("plain", f"below_{word}", word)
        await write(KEEPER, f"{word}_reply", "plain_post", audience=audience)
        await write(KEEPER, f"{word}_quote", audience=audience, quote_of="plain_post")
        await write(KEEPER, f"about_keeper_{audience.value}", quote_of=word)
    await _edit(world)
    await write("plain", "mentions")
    await _mention(world, "mentions", [*UNSEEN, CLOSED, VEILED, KEEPER])


async def _edit(world: World) -> None:
    """Write something for close friends, change it into something else, and open it."""
    services, keeper = world.town.parts.services, world.town.people[KEEPER]
    post = await services.writing.create(keeper, Draft("hush_before says @mentioned", audience=Audience.CLOSE_FRIENDS))
    world.posts["edited"] = post.id
    await services.editing.edit(keeper, post.id, Edit("Neutral words"))
    await world.town.set_audience(KEEPER, post.id, Audience.PUBLIC)


async def _mention(world: World, post: str, whom: Sequence[str]) -> None:
    town = world.town
    ids = [town.people[name].id for name in whom]
    names = [name if name in PERSONAS else f"once{at}" for at, name in enumerate(whom)]
    await _cypher(world, MENTION, post=world.posts[post], ids=ids, names=names)
    await town.parts.services.cache.invalidate([(POSTS, world.posts[post])])


async def _act(world: World) -> None:
    """Ties that show on lists of one's own, likes, and bookmarks of all posts, whoever may see them."""
    town = world.town
    services, people = town.parts.services, town.people
    for name in PERSONAS:
        world.folders[name] = new_id()
        await _cypher(world, BOOKMARK, user=people[name].id, posts=[*world.posts.values()], folder=world.folders[name])
        for hidden in (GONE, BANNED):
            await town.befriend(name, hidden)
        await _read(world, name)
    for post in ("hush_public", "hush_followers", "hush_close_friends"):
        await services.pins.pin(people[KEEPER], world.posts[post], 1)
    await services.pins.pin(people[CLOSED], world.posts["closed_post"], 1)
    for hidden in UNSEEN:
        await town.mute("muting", hidden)
        await services.likes.add(people[hidden], world.posts["plain_post"])
        await services.reposting.add(people[hidden], world.posts["plain_post"])
    for each in (CLOSED, "far", "muting"):
        await services.likes.add(people[each], world.posts["plain_post"])
        await services.reposting.add(people[each], world.posts["plain_post"])
    for post in ("hush_gone_post", "hush_banned_post", "hush_wall_post", "hush_shut_more_post", "closed_post", "hush_public"):
        await services.reposting.add(people["plain"], world.posts[post])
        await services.likes.add(people["follower"], world.posts[post])
    await town.mute("muting", KEEPER)
    for reply in (f"{WALL}_reply", "closed_reply", "hush_followers_reply"):
        await services.reply_hiding.hide(people["plain"], world.posts[reply])
    for name in UNSEEN[:3]:
        await services.quoting.detach(people["blocked"], world.posts[f"{name}_answer"])
    for thread in ("hush_gone_post", "closed_post"):
        topic = await services.muted_topics.mute(people["muting"], TopicKind.THREAD, world.posts[thread], None)
        world.topics[thread] = topic.id
    await town.choose("friend", private=True)
    await town.unfollow(GONE, "friend")
    await town.unfollow(BANNED, "friend")
    await town.follow(GONE, "friend")
    await town.follow(BANNED, "friend")


async def _read(world: World, name: str) -> None:
    """Let somebody be at a post of those who will be hidden, have viewed posts, and follow a hashtag."""
    services, viewer = world.town.parts.services, world.town.people[name]
    await services.hashtag_follows.follow(viewer, "words")
    places = {ReadingFeed.HOME: home.place_of(world.posts[f"{GONE}_post"]), ReadingFeed.PUBLIC: (world.posts[f"{BANNED}_post"],)}
    for feed, place in places.items():
        await services.reading_positions.save(viewer, feed, place, None, None, anyway=False)


async def _hide(world: World) -> None:
    town = world.town
    await town.choose(CLOSED, private=True)
    await town.follow("stranger", CLOSED)
    await town.choose(VEILED, hide_followers=True, hide_following=True, hide_counts=True)
    await town.choose("shy", discoverable=False)
    await town.block(WALL, "blocked")
    await town.block("blocking", SHUT)
    for name in ("hush_public", "hush_public_reply", "hush_public_quote"):
        await town.delete(KEEPER, world.posts[name])
    await town.parts.accounts.suspension.suspend(BANNED, "Hidden.")
    id_ = town.people[GONE].id
    key = await _cypher(world, DEACTIVATE, id=id_)
    await town.parts.writer.invalidation([UserUpdated(user_id=id_, user_key=key)])


async def _cypher(world: World, text: str, **params: object) -> int:
    async with world.town.parts.graph.driver.session() as session:
        record = await (await session.run(text, params)).single()
    assert record is not None
    return int(record[0])
