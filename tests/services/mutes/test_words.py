"""Which texts say a muted word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mutes.words import phrase, words_of


def says(text: str, muted: str) -> bool:
    return phrase(words_of(muted)) in phrase(words_of(text))


@pytest.mark.parametrize(
    ("text", "muted"),
    [
        ("Rain again.", "rain"),
        ("It will RAIN!", "rain"),
        ("Un café, s'il vous plaît", "cafe"),
        ("cafe\u0301", "CAFÉ"),
        ("Die Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("\u03a4\u03bf ΚΑΦΈ", "καφε"),
        ("שָׁלוֹם עולם", "שלום"),
        ("مَرْحَبًا", "مرحبا"),
        ("It's the\nworld   cup today", "World Cup"),
        ("a world-cup", "world cup"),
        ("don’t look", "don't"),
        ("I write C++ daily", "c++"),
        ("Learning C#", "C#"),
        ("Look #rain", "rain"),
        ("full\uff57idth", "fullwidth"),
        ("so much 🎉🎉", "🎉"),
        ("👍🏽", "👍"),
        ("❤️", "❤"),
        ("私は猫が好き", "猫"),
        ("東京タワーに行く", "東京タワー"),
        ("ฉันชอบแมว", "แมว"),
        ("हिन्दी में", "हिन्दी"),
        ("한국 축구", "축구"),
    ],
)
def test_a_word_is_found(text, muted):
    assert says(text, muted)


@pytest.mark.parametrize(
    ("text", "muted"),
    [
        ("training in brain surgery", "rain"),
        ("the cup of the world", "world cup"),
        ("Vitamin C is good", "c++"),
        ("I see", "C#"),
        ("мои книги", "мой"),
        ("かき", "がき"),
        ("हिन्दू", "हिन्दी"),
        ("snake_case", "case"),
        ("축구장", "축구"),
        ("", "rain"),
    ],
)
def test_another_word_is_not(text, muted):
    assert not says(text, muted)


@given(st.text(max_size=80))
def test_a_text_says_each_of_its_own_words_in_any_case(text):
    for word in words_of(text):
        assert says(text, word)
        assert says(text.casefold(), word)


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
def test_a_phrase_is_found_where_its_words_follow_each_other(text, muted):
    follows = any(text[at : at + len(muted)] == muted for at in range(len(text)))
    assert says(" ".join(text), ", ".join(muted)) == follows
