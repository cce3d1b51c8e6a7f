"""What the page of security names is there, and it names every item of the standard."""

import re

import pytest

from tests.clients.pages import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ITEMS = {
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
}  # fmt: skip
"""How many items of levels 1 and 2 each section of ASVS 5.0 has; those of level 3 come last in each."""
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+?) \| (.*?) ?\|$", PAGE, re.MULTILINE)
MET, PARTLY, NOT_MET, NO_USE = "Met", "Partly", "Not met", "Does not apply"


def test_every_item_of_the_standard_has_a_row():
    assert [row[0] for row in ROWS] == [f"{section}.{at}" for section, count in ITEMS.items() for at in range(1, count + 1)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_says_how_it_is_met_and_what_shows_it(row):
    _, _, state, how, tests = row
    assert state in {MET, PARTLY, NOT_MET, NO_USE}
    assert how
    if state in {MET, PARTLY}:
        assert "::test_" in tests or "](" in how


def test_the_sums_are_right():
    sums = re.search(r"(\d+) are met, (\d+) in part, (\d+) (?:is|are) not, and (\d+) do not apply", PAGE)
    states = [row[2] for row in ROWS]
    assert sums is not None
    assert [int(each) for each in sums.groups()] == [states.count(each) for each in (MET, PARTLY, NOT_MET, NO_USE)]


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([\w/.-]+\.(?:py|md|yaml)(?:::\w+)?)`", PAGE))))
def test_every_file_and_test_that_is_named_is_there(named):
    path, _, test = named.partition("::")
    assert (ROOT / path).is_file()
    assert not test or re.search(rf"^(?:async )?def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
