"""Which posts are about something muted."""

import pytest

from clock import moment
from graph.ids import new_id
from graph.rows.mutes import MutedTopic, TopicKind
from graph.rows.posts import Audience, Delivery, PostRow, QuoteRule, ReplyRule
from services.mutes.matching import Mutes

NOW = 1_700_000_000_000


def post(text: str = "", root: str | None = None) -> PostRow:
    return PostRow(
        id=new_id(), author_id=new_id(), author_key=1, text=text, lang=None, audience=Audience.PUBLIC,
        delivery=Delivery.PUSH, home=True, reply_to_id=root, root_id=root, media_ids=(), mentions=(),
        created_at=moment(NOW), deleted_at=None, replies=ReplyRule.EVERYONE, followers_as_of=None,
        quotes=QuoteRule.EVERYONE, quote_of_id=None, quote_detached=False, reply_hidden=False, edited_at=None, warning="",
        sensitive=False,
    )


def mutes(kind: TopicKind, value: str, until: int | None = None) -> Mutes:
    return Mutes([MutedTopic(new_id(), kind, value, until, moment(NOW))], NOW)


@pytest.mark.parametrize(("until", "hidden"), [(None, True), (NOW + 1, True), (NOW, False), (NOW - 1, False)])
def test_a_mute_ends_at_its_time(until, hidden):
    assert mutes(TopicKind.WORD, "rain", until).match(post("Rain.")) == hidden


def test_a_thread_is_its_first_post_and_all_below():
    first = post("begins")
    muted = mutes(TopicKind.THREAD, first.id)
    assert muted.match(first) and muted.match(post("goes on", root=first.id))
    assert not muted.match(post("another")) and not muted.match(post("below another", root=new_id()))


def test_a_hashtag_is_the_tag_alone_and_no_word():
    muted = mutes(TopicKind.HASHTAG, "rain")
    assert muted.match(post("Look #Rain!"))
    assert not muted.match(post("Rain")) and not muted.match(post("#raining"))


def test_words_and_phrases_hide_beside_each_other():
    topics = [MutedTopic(new_id(), TopicKind.WORD, value, None, moment(NOW)) for value in ("rain", "world cup", "Ölpreis")]
    muted = Mutes(topics, NOW)
    assert all(muted.match(post(text)) for text in ("it rains? rain!", "the World-Cup", "der olpreis"))
    assert not muted.match(post("the cup, the world, and training"))


def test_nothing_muted_hides_nothing():
    assert not Mutes([], NOW).match(post("Rain #rain"))
