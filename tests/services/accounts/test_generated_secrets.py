"""Secrets: made once in development, demanded in production."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.accounts.generated_secrets import SecretMissing, Secrets, checked_secrets, ensure_secrets

GOOD, SHORT = "0123456789abcdef0123456789abcdef", "0123456789abcdef"


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "secrets"
    made = ensure_secrets(folder)
    assert made.token_secret != made.seal_secret
    assert ensure_secrets(folder) == made
    assert checked_secrets(made.token_secret, made.seal_secret) == made
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["seal.secret", "token.secret"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


def test_two_that_start_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: ensure_secrets(tmp_path / "s"), range(64)))
    assert len(made) == 1
    assert len(list((tmp_path / "s").iterdir())) == 2


def test_a_file_that_holds_too_little_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "token.secret").write_text("short\n")
    with pytest.raises(SecretMissing, match=r"token\.secret must hold 32 bytes"):
        ensure_secrets(tmp_path)
    assert (tmp_path / "token.secret").read_text() == "short\n"


@pytest.mark.parametrize(
    ("token", "seal", "named"),
    [
        ("", GOOD, "ROOKERY_TOKEN_SECRET"),
        (SHORT, GOOD, "ROOKERY_TOKEN_SECRET"),
        (f"{GOOD},{SHORT}", GOOD, "ROOKERY_TOKEN_SECRET"),
        (" , ", GOOD, "ROOKERY_TOKEN_SECRET"),
        (GOOD, "", "ROOKERY_SEAL_SECRET"),
        (GOOD, SHORT, "ROOKERY_SEAL_SECRET"),
        (GOOD, f"{GOOD},{SHORT}", "ROOKERY_SEAL_SECRET"),
    ],
)
def test_a_missing_or_short_secret_is_named_in_one_line(token: str, seal: str, named: str) -> None:
    with pytest.raises(SecretMissing) as missing:
        checked_secrets(token, seal)
    assert str(missing.value).startswith(named)
    assert "\n" not in str(missing.value)
    assert SHORT not in str(missing.value)


def test_several_of_each_secret_are_accepted() -> None:
    both = f"{GOOD},{GOOD[::-1]}"
    assert checked_secrets(both, both) == Secrets(both, both)
