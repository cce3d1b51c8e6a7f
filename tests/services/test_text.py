"""What people may write, in any script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from services.text import is_blank, one_line, several_lines


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",  # a family, joined
        "\U0001f44d\U0001f3fd",  # a skin tone
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England, spelled in tags
        "1\ufe0f\u20e3",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner that is part of the word
        "\u0915\u094d\u200d\u0937",  # Devanagari, the same
        "\u05e9\u05dc\u05d5\u05dd\u200f!",  # Hebrew, with a mark that keeps the exclamation on its side
        "\u0627\u0644\u0633\u0639\u0631 \u200e100$\u200e",
        "\u061c\u0661\u0662",
        "tel \u2066+972 3 123\u2069 \u05e9\u05dc\u05d5\u05dd",  # what phones put around numbers
        "\u202a+1 555 0100\u202c",
        "\u1780\u200b\u1781",  # Khmer, whose words are parted by a space without width
        "a\tb\nc",
        "\U0001fae9",  # younger than this Python's tables
    ],
)
def test_what_scripts_and_emoji_are_written_with_stays(text):
    assert several_lines("text", text, 500) == text


@pytest.mark.parametrize("mark", ["\ufeff", "\u00ad", "\u2060", "\u180e"])
def test_marks_that_come_along_with_copied_text_are_taken_out(mark):
    assert several_lines("text", f"{mark}co{mark}py{mark}", 4) == "copy"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_lines_end_in_one_way(end):
    assert several_lines("text", f"a{end}b", 500) == "a\nb"


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b", "a\x1bb", "a\x85b", "a\u202eb", "a\u202db", "a\u206ab",
        "open \u2067 and never closed", "closed \u2069 and never opened", "\u2067crossed\u202c", "\u2067over\nlines\u2069",
        "\u2067\u202aout of order\u2069\u202c",
    ],
)
def test_what_spoofs_or_breaks_a_text_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        several_lines("bio", text, 500)
    assert refused.value.field == "bio"


@pytest.mark.parametrize("text", ["\u2066ana\u2069", "\u202aana\u202c"])
def test_a_line_that_stands_alone_turns_no_direction(text):
    with pytest.raises(InvalidInput):
        one_line("location", text, 60)


def test_length_counts_code_points_of_the_normal_form():
    assert several_lines("text", "e\u0301" * 500, 500) == "\u00e9" * 500
    assert several_lines("text", "\U0001f600" * 500, 500) == "\U0001f600" * 500
    assert several_lines("text", f"   {'a' * 500}\n ", 500) == "a" * 500


@pytest.mark.parametrize("text", ["a" * 501, "\U0001f600" * 501, "\ufb2c" * 200, "a" * 1_000_000])
def test_a_text_that_is_too_long_is_refused(text):
    with pytest.raises(InvalidInput, match="500"):
        several_lines("text", text, 500)


def test_a_line_has_single_spaces():
    assert one_line("location", " Lima,\u00a0 Peru \n", 60) == "Lima, Peru"


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u200d\u200d", "\u3164", "\u2800", "\u0301", "\u200f \ufe0f", "\u115f"])
def test_what_shows_nothing_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "\u0627", "\U0001f44d", "\U0001fae9", "\uf8ff", "1\ufe0f\u20e3"])
def test_what_shows_something_is_not_blank(text):
    assert not is_blank(text)


@given(st.text(max_size=60))
def test_an_accepted_text_is_stable(text):
    try:
        accepted = several_lines("text", text, 50)
    except InvalidInput:
        return
    assert several_lines("text", accepted, 50) == accepted
    assert unicodedata.is_normalized("NFC", accepted)
    assert len(accepted) <= 50
