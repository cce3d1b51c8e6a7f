from collections import Counter, defaultdict

import pytest

from services.accounts.names import UsernameRules, display_name_of
from world.cultures import cultures
from world.demo import _planned
from world.logins import LEADS
from world.plan import Plan
from world.times import DAY, HOUR, SPAN
from world.words import subjects, talk

NOW = 1_795_392_000_000


@pytest.fixture(scope="module")
def plan() -> Plan:
    return _planned(1, 2_000, 20_000, NOW)


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
    langs = Counter(post.lang for post in plan.posts)
    assert len(langs) == len({culture.lang for culture in cultures()})
    assert 0.6 < langs["en"] / len(plan.posts) < 0.9


def test_all_turns_of_a_conversation_have_words():
    said = talk().after
    assert {turn for turns in said.values() for turn in turns} <= set(said) & set(talk().turns)
    assert {"made", "moment", "opinion", "question", "tip"} <= set(said)
    assert len(subjects()) >= 12
