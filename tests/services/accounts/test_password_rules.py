"""Which passwords are accepted."""

import pytest

from errors import InvalidInput
from services.accounts.common_passwords import COMMON
from services.accounts.email_addresses import EmailAddress
from services.accounts.password_rules import SHORTEST, check_password

EMAIL = EmailAddress.of("ana.lima@example.org")


@pytest.mark.parametrize("password", ["correct horse", "ünïcödé!", "密码密码密码密码", "a" * 128, "   spaced   "])
def test_long_enough_is_enough(password: str) -> None:
    check_password(password, "ana_lima_9", EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "", "seven77", "a" * 129, "x" * 10_000_000, "password1", "PassWord1", "\uff50assword1", "null\0byte8", "line\nbreak8",
        "\ud800surrogate", "ana_lima_9", "ANA_LIMA_9", "ana.lima@example.org", "Ana.Lima@Example.org", "ana.lima",
    ],
)
def test_too_short_too_long_common_or_ones_own_name_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_password(password, "ana_lima_9", EMAIL)
    assert refused.value.field == "password"


def test_a_password_is_never_in_the_message() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_password("iloveyou", "ana", EMAIL)
    assert "iloveyou" not in refused.value.message


def test_the_list_of_common_ones_holds_only_what_could_be_chosen() -> None:
    assert all(len(password) >= SHORTEST and password == password.casefold() for password in COMMON)
