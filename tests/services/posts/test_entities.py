"""Mentions, hashtags and links in texts of many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.posts.entities import Entity, find, hashtags, mentions


def links(text: str) -> list[str]:
    return [entity.value for entity in find(text) if entity.kind == "link"]


def in_units(text: str, entity: Entity) -> str:
    """Cut a find out of a text as JavaScript would."""
    return text.encode("utf-16-le")[2 * entity.start : 2 * entity.end].decode("utf-16-le")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@mira", ["mira"]),
        ("Hello @Mira and @mira, and @jo_1.", ["mira", "jo_1"]),
        (".@mira said (@jo2)", ["mira", "jo2"]),
        ("\"@mira\" '@jo2's", ["mira", "jo2"]),
        ("@mira\u3055\u3093\u3042\u308a\u304c\u3068\u3046", ["mira"]),  # Japanese goes on without a space
        ("\u611f\u8c22@mira\u7684\u5e2e\u52a9", ["mira"]),
        ("@mira\ub2d8", ["mira"]),
        ("\u0648@mira\u060c", ["mira"]),
        ("\uff20mira", ["mira"]),
        ("\U0001f44b@mira\U0001f389", ["mira"]),
        ("@mira\u0589", ["mira"]),
        ("@" + "a" * 30, ["a" * 30]),
        ("@ab", []),
        ("@" + "a" * 31, []),
        ("mira@example.org", []),
        ("mira.l@example.org", []),
        ("@mira@example.social", []),
        ("@jos\u00e9", []),  # another name, not @jos
        ("@mir\u0430", []),  # with a Cyrillic letter
        ("@mira\u0301", []),
        ("example.org/@mira", []),
        ("@@mira", []),
        ("@", []),
        ("@ mira", []),
    ],
)
def test_mentions(text, names):
    assert mentions(text) == names


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Birds and #birds", ["birds"]),
        ("(#birds), #sky!", ["birds", "sky"]),
        ("#caf\u00e9 #Stra\u00dfe", ["caf\u00e9", "strasse"]),
        ("#привет", ["привет"]),
        ("#हिन्दी #தமிழ்", ["हिन्दी", "தமிழ்"]),  # vowel signs are marks
        ("#ภาษาไทยที่", ["ภาษาไทยที่"]),
        ("#می\u200cخواهم", ["میخواهم"]),  # the joiner is part of the word, and not compared
        ("#שלום #مرحبا", ["שלום", "مرحبا"]),
        ("\uff03天気 #テレビ・ニュース", ["天気", "テレビ・ニュース"]),
        ("#今日は。", ["今日は"]),
        ("#paral\u00b7lel #dot\u00b7", ["paral\u00b7lel", "dot"]),
        ("\u2764\ufe0f#love\u2764\ufe0f", ["love"]),
        ("#2024goals #1st_place", ["2024goals", "1st_place"]),
        ("#" + "a" * 60, ["a" * 60]),
        ("#" + "a" * 61, []),
        ("#1 #2024 #_", []),
        ("a#b &#39; ##x", []),
        ("#\ufe0f\u20e3 # x", []),
        ("#foo#bar", ["foo"]),
        ("#", []),
    ],
)
def test_hashtags(text, tags):
    assert hashtags(text) == tags


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]),
        ("Https://Example.org, HTTP://x.org!", ["Https://Example.org", "HTTP://x.org"]),
        ("(https://en.wikipedia.org/wiki/Rook_(bird))", ["https://en.wikipedia.org/wiki/Rook_(bird)"]),
        ("https://en.wikipedia.org/wiki/Hitchhiker's_Guide", ["https://en.wikipedia.org/wiki/Hitchhiker's_Guide"]),
        ("[https://x.org/[1]]", ["https://x.org/[1]"]),
        ("\"https://x.org/\" 'https://y.org'", ["https://x.org/", "https://y.org"]),
        ("\u770bhttps://x.org/a\u3002\u597d", ["https://x.org/a"]),
        ("\uff08https://x.org/a\uff09", ["https://x.org/a"]),
        ("https://\u4f8b\u3048.jp/\u9053", ["https://\u4f8b\u3048.jp/\u9053"]),
        ("http://[::1]:80/", ["http://[::1]:80/"]),
        ("https://x.org/" + "a" * 480, ["https://x.org/" + "a" * 480]),
        ("http://", []),
        ("https://...", []),
        ("http://[", []),
        ("xhttps://x.org", []),
        ("ftp://x.org javascript:alert(1)", []),
    ],
)
def test_links(text, addresses):
    assert links(text) == addresses


def test_nothing_is_found_inside_a_link():
    assert [entity.kind for entity in find("https://x.org/@mira#birds")] == ["link"]


def test_what_follows_a_trimmed_link_is_found():
    assert [entity.kind for entity in find("https://x.org. #birds @mira")] == ["link", "hashtag", "mention"]


def test_offsets_count_utf_16_and_include_the_sign():
    text = "\U0001f469\u200d\U0001f680 @mira \U0001f600#Sky https://x.org/\U0001f600."
    assert [in_units(text, entity) for entity in find(text)] == ["@mira", "#Sky", "https://x.org/\U0001f600"]


PIECES = [
    *"@#/.:&aB1_ \n()\uff20\uff03é\u3055\u093f\u200c\ufe0f\u00b7\U0001f600", "mira", "https://", "x.org",
]
ALPHABET = st.sampled_from(PIECES)


@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_finds_are_in_order_apart_and_cut_out_what_they_say(text):
    end = 0
    for entity in find(text):
        assert end <= entity.start < entity.end <= len(text.encode("utf-16-le")) // 2
        end = entity.end
        written = in_units(text, entity)
        if entity.kind == "link":
            assert written == entity.value
        if entity.kind == "mention":
            assert written[1:] == entity.value
        if entity.kind == "hashtag":
            assert written[0] in "#\uff03"


@given(st.text(max_size=100))
def test_any_text_can_be_searched(text):
    assert isinstance(find(text), tuple)
