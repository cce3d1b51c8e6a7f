from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from graph.ids import end_of_post, is_of_repost, milliseconds_of
from services.accounts.names import UsernameRules, display_name_of
from services.posts import entities
from services.posts.bookmark_folders import _checked
from services.posts.pins import PINNED_MAX
from services.posts.wording import TEXT_MAX, checked_warning
from world.cultures import cultures
from world.edits import WINDOW_MS
from world.logins import LEADS
from world.plan import Plan
from world.times import DAY, HOUR, SPAN
from world.words import subjects, talk

NOW = 1_795_392_000_000


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.of(1, 2_000, 20_000, NOW)


def test_the_numbers_are_those_that_were_asked_for(plan):
    assert len(plan.people) == 2_000
    assert len(plan.posts) == len({post.id for post in plan.posts}) == 20_000


def test_usernames_and_names_would_be_accepted_at_sign_up(plan):
    assert len({person.username for person in plan.people}) == 2_000
    rules = UsernameRules.of()
    for person in plan.people:
        assert rules.check(person.username).key == person.username
        assert display_name_of(person.display_name) == person.display_name
        assert len(person.bio) <= 300


def test_followers_follow_a_power_law(plan):
    followers = sorted(Counter(follow.followed for follow in plan.follows).values(), reverse=True)
    median = followers[len(followers) // 2]
    assert 8 <= median <= 30
    assert followers[0] > 15 * median
    top = sum(followers[:20]) / sum(followers)
    assert 0.08 < top < 0.4


def test_about_half_of_the_follows_are_returned(plan):
    edges = {(follow.follower, follow.followed) for follow in plan.follows}
    assert 0.4 < sum((b, a) in edges for a, b in edges) / len(edges) < 0.6


def test_people_follow_those_who_share_an_interest_more_than_others(plan):
    def share(pairs):
        pairs = list(pairs)
        interests = [{subject.name for subject in person.interests} for person in plan.people]
        return sum(bool(interests[a] & interests[b]) for a, b in pairs) / len(pairs)

    edges = [(follow.follower, follow.followed) for follow in plan.follows]
    shuffled = zip((a for a, _ in edges), (b for _, b in edges[7_919:] + edges[:7_919]), strict=True)
    assert share(edges) > 1.5 * share(shuffled)


def test_the_demo_log_in_has_a_rich_timeline(plan):
    mira = plan.people[0]
    following = {follow.followed for follow in plan.follows if follow.follower == mira.index}
    followers = {follow.follower for follow in plan.follows if follow.followed == mira.index}
    assert mira.username == LEADS[0].username
    assert len(following) == 60
    assert len(followers) >= 60
    assert sum(post.home and post.author in following for post in plan.posts) > 300


def test_some_write_much_and_some_never(plan):
    posts = Counter(post.author for post in plan.posts if post.reply_to is None)
    assert len(plan.people) - len(posts) > 300
    assert max(posts.values()) > 40
    assert max(posts.values()) < 0.02 * len(plan.posts)


def test_conversations_have_depth(plan):
    depth: dict[str, int] = {}
    for post in plan.posts:
        depth[post.id] = 0 if post.reply_to is None else depth[post.reply_to] + 1
    depths = Counter(depth.values())
    assert max(depths) >= 5
    assert depths[0] > depths[1] > depths[2] > depths[3] > 0
    threads = [post for post in plan.posts if post.reply_to and post.home]
    assert len(threads) > 500


def test_nobody_thanks_themselves_and_texts_seldom_repeat(plan):
    own = [post.text for post in plan.posts if post.reply_to is None]
    assert len(set(own)) > 0.97 * len(own)
    said = defaultdict(list)
    for post in plan.posts:
        said[post.root or post.id].append(post.text)
    repeated = sum(len(texts) - len(set(texts)) for texts in said.values())
    assert repeated < 0.01 * len(plan.posts)


def test_likes_are_uneven(plan):
    likes = Counter(like.post for like in plan.likes)
    assert len({(like.by, like.post) for like in plan.likes}) == len(plan.likes)
    assert len(plan.posts) - len(likes) > 2_000
    assert max(likes.values()) > 80


def test_posts_lie_in_the_last_weeks_and_follow_the_day(plan):
    hours = [0] * 24
    for post in plan.posts:
        assert NOW - SPAN - 1 < post.created_at < NOW
        if post.reply_to is None:
            offset = plan.people[post.author].culture.offset
            hours[(post.created_at // HOUR + offset) % 24] += 1
    assert min(hours[19:21]) > 4 * max(hours[2:5])
    assert sum(post.created_at > NOW - DAY for post in plan.posts) > 300


def test_many_languages_are_heard(plan):
    langs = Counter(post.lang for post in plan.posts if post.lang)
    assert len(langs) == len({culture.lang for culture in cultures()})
    assert 0.6 < langs["en"] / len(plan.posts) < 0.9


def test_some_texts_have_no_language_since_they_have_no_letters(plan):
    wordless = {post.text for post in plan.posts if post.lang is None}
    assert "👏👏👏" in wordless
    assert not any(character.isalpha() for text in wordless for character in text)


def test_a_few_posts_are_reposted_widely_by_followers_of_followers(plan):
    followed = {(follow.follower, follow.followed) for follow in plan.follows}
    posts = {post.id: post for post in plan.posts}
    assert len({(each.by, each.post) for each in plan.reposts}) == len(plan.reposts) > 4_000
    times = Counter(each.post for each in plan.reposts)
    widely = sorted(times.values(), reverse=True)
    assert widely[0] > 50
    assert widely[len(widely) // 2] <= 2
    assert sum(widely[: len(widely) // 20]) > 0.2 * len(plan.reposts)
    near = sum((each.by, posts[each.post].author) in followed for each in plan.reposts)
    assert 0.5 * len(plan.reposts) < near < 0.95 * len(plan.reposts)
    for each in plan.reposts:
        post = posts[each.post]
        assert (post.audience, plan.people[post.author].private) == ("PUBLIC", False)
        assert is_of_repost(each.id) and end_of_post(each.id) == end_of_post(post.id) and each.id > post.id
        assert max(post.created_at, plan.people[each.by].created_at) < each.at == milliseconds_of(each.id) < NOW


def test_quotes_say_something_about_what_anybody_may_quote(plan):
    posts = {post.id: post for post in plan.posts}
    quotes = [post for post in plan.posts if post.quote_of]
    assert len(quotes) == 0.02 * len(plan.posts)
    assert max(Counter(post.quote_of for post in quotes).values()) >= 5
    for post in quotes:
        quoted = posts[post.quote_of]
        assert (quoted.audience, plan.people[quoted.author].private) == ("PUBLIC", False)
        assert quoted.author != post.author
        assert quoted.created_at < post.created_at
    (detached,) = [post for post in quotes if post.quote_detached_at]
    assert posts[detached.quote_of].author == 0
    assert detached.created_at < detached.quote_detached_at < NOW


def test_debates_are_threads_of_a_hundred_between_few_with_one_hidden_reply(plan):
    posts = {post.id: post for post in plan.posts}
    sizes = Counter(post.root for post in plan.posts if post.root)
    debates = [root for root, size in sizes.items() if size >= 100]
    assert len(debates) == 4
    assert plan.people[0].index in {posts[root].author for root in debates}
    for root in debates:
        replies = [post for post in plan.posts if post.root == root]
        voices = Counter(post.author for post in replies).most_common(9)
        assert sum(times for _, times in voices) > 0.75 * len(replies)
        parents = Counter(post.reply_to for post in replies)
        assert sum(times > 1 for times in parents.values()) > 10
        depth = {root: 0}
        for post in replies:
            depth[post.id] = depth[post.reply_to] + 1
        assert max(depth.values()) >= 8
        turns = Counter((post.author, posts[post.reply_to].author) for post in replies)
        assert sum(turns[b, a] > 1 for (a, b), times in turns.items() if times > 1) >= 4
    (hidden,) = [post for post in plan.posts if post.reply_hidden_at]
    assert posts[hidden.reply_to].author == 0
    assert hidden.created_at < hidden.reply_hidden_at < NOW
    assert not any(post.reply_to == hidden.id for post in plan.posts)


def test_who_answers_may_see_what_they_answer(plan):
    followed = {(follow.follower, follow.followed) for follow in plan.follows}
    posts = {post.id: post for post in plan.posts}
    for post in plan.posts:
        if post.reply_to and (answered := posts[post.reply_to]).audience != "PUBLIC":
            assert (
                post.author in (answered.author, *answered.mentions) or (post.author, answered.author) in followed
            ), answered


def test_edits_come_within_half_an_hour_and_change_something(plan):
    edited = [post for post in plan.posts if post.versions]
    assert 0.01 < len(edited) / len(plan.posts) < 0.05
    assert any(len(post.versions) > 1 for post in edited)
    for post in edited:
        moments = [post.created_at, *(version.until for version in post.versions)]
        assert moments == sorted(set(moments))
        assert moments[-1] <= post.created_at + WINDOW_MS
        assert moments[-1] < NOW
        says = [(version.text, version.warning) for version in post.versions] + [(post.text, post.warning)]
        assert all(before != after for before, after in pairwise(says))
        assert all(entities.mentions(text) == entities.mentions(post.text) for text, _ in says)
        assert all(0 < len(text) <= TEXT_MAX for text, _ in says)


def test_warnings_are_lines_that_an_author_could_write(plan):
    warned = [post.warning for post in plan.posts if post.warning]
    assert len(warned) > 100
    assert all(checked_warning(warning) == warning for warning in warned)
    assert 0 < sum(post.sensitive for post in plan.posts) < len(warned)


def test_views_are_of_as_many_as_like_and_of_none_who_may_not_see(plan):
    likes = Counter(like.post for like in plan.likes)
    followers = defaultdict(set)
    for follow in plan.follows:
        followers[follow.followed].add(follow.follower)
    for post in plan.posts:
        viewed = plan.views[post.id]
        everybody = post.audience == "PUBLIC"
        assert len({*viewed.people}) == len(viewed.people) <= viewed.times or not viewed.people
        assert post.author not in viewed.people
        assert everybody or followers[post.author].issuperset(viewed.people)
        assert len(viewed.people) >= min(likes[post.id], len(plan.people) - 1 if everybody else len(followers[post.author]))


def test_what_is_kept_is_as_the_product_would_let_people_keep_it(plan):
    posts, names = {post.id: post for post in plan.posts}, {each.id: each for each in plan.keeping.folders}
    for author, pinned in plan.keeping.pins.items():
        assert 0 < len(pinned) == len(set(pinned)) <= PINNED_MAX
        assert all(posts[post].author == author for post in pinned)
    for folder in plan.keeping.folders:
        assert (folder.name, folder.name_key) == _checked(folder.name)
    for bookmark in plan.keeping.bookmarks:
        assert posts[bookmark.post].created_at < bookmark.at < NOW
        assert bookmark.folder is None or names[bookmark.folder].created_at < bookmark.at
        assert bookmark.folder is None or names[bookmark.folder].owner == bookmark.owner
    tags = {tag for post in plan.posts for tag in post.tags}
    assert {follow.tag for follow in plan.keeping.hashtags} <= tags


@pytest.mark.parametrize("host", range(len(LEADS) - 1))
def test_each_demo_log_in_finds_something_of_everything_on_the_first_pages(plan, host):
    followed = {follow.followed for follow in plan.follows if follow.follower == host} | {host}
    posts = {post.id: post for post in plan.posts if post.home and post.author in followed}
    reposts = {each.id: each for each in plan.reposts if each.by in followed}
    newest = sorted({**posts, **reposts}, reverse=True)[:60]
    shown = [posts[id_] for id_ in newest if id_ in posts]
    assert any(id_ in reposts for id_ in newest)
    assert any(post.quote_of for post in shown)
    assert any(post.warning for post in shown)
    assert any(post.versions for post in shown)
    own = [post for post in plan.posts if post.author == host]
    assert any(post.versions for post in own)
    assert any(post.quote_of for post in own)
    assert any(each.by == host for each in plan.reposts)
    assert len(plan.keeping.pins[host]) >= 2
    mine = [each for each in plan.keeping.bookmarks if each.owner == host]
    assert {each.folder for each in mine} == {None, *(each.id for each in plan.keeping.folders if each.owner == host)}
    assert sum(each.by == host for each in plan.keeping.hashtags) >= 4


@pytest.mark.parametrize(("people", "posts"), [(12, 0), (12, 1), (12, 7), (15, 60), (40, 1_200)])
def test_worlds_of_any_size_have_the_posts_that_were_asked_for(people, posts):
    plan = Plan.of(3, people, posts, NOW)
    assert (len(plan.people), len({post.id for post in plan.posts})) == (people, posts)


def test_all_turns_of_a_conversation_have_words():
    said = talk().after
    assert {turn for turns in said.values() for turn in turns} <= set(said) & set(talk().turns)
    assert set(talk().quotes) == {"made", "moment", "opinion", "question", "tip"}
    assert {"made", "moment", "opinion", "question", "tip"} <= set(said)
    assert len(subjects()) >= 12
