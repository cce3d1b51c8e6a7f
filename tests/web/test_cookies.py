"""Session cookies: how they are written, and from which pages they are believed."""

from datetime import UTC, datetime, timedelta

import pytest

from errors import Forbidden
from web.cookies import SessionCookies
from web.headers import Header
from web.origins import Origins

HOST = (b"host", b"api.example.org")
ACCESS = (b"cookie", b"theme=dark; __Host-rookery-access=a.b.c; __Host-rookery-refresh=rookery_rt_x")
ABOUT_SESSION = (b"x-rookery-session", b"cookie")


@pytest.fixture
def cookies() -> SessionCookies:
    """Give the cookies of a server that one other origin may use."""
    return SessionCookies(Origins(["https://app.example.org"], https=True), secure=True)


def test_cookies_are_for_the_browser_and_this_host_alone(cookies: SessionCookies) -> None:
    now = datetime.now(UTC) + timedelta(milliseconds=900)  # so that the whole seconds are these however slow the machine is
    soon, later = now + timedelta(minutes=15), now + timedelta(days=30)
    lines = [value.decode() for _, value in cookies.written("a.b.c", soon, "rookery_rt_x", later)]
    attributes = "Path=/; HttpOnly; SameSite=Lax; Secure"
    assert lines == [
        f"__Host-rookery-access=a.b.c; {attributes}; Max-Age=900",
        f"__Host-rookery-refresh=rookery_rt_x; {attributes}; Max-Age=2592000",
    ]
    assert [value.decode() for _, value in cookies.removed()] == [
        f"__Host-rookery-{name}=; {attributes}; Max-Age=0" for name in ("access", "refresh")
    ]


def test_on_a_plain_loopback_they_go_over_http(cookies: SessionCookies) -> None:
    plain = SessionCookies(Origins([]), secure=False)
    (first, _) = plain.written("a", datetime.now(UTC), "b", datetime.now(UTC))
    assert first == (b"set-cookie", b"rookery-access=a; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    assert plain.access_token([HOST, ACCESS]) is None  # other names
    assert cookies.access_token([HOST, (b"cookie", b"rookery-access=a")]) is None


@pytest.mark.parametrize(
    "from_where",
    [
        [],
        [(b"origin", b"https://app.example.org")],
        [(b"origin", b"https://api.example.org"), (b"sec-fetch-site", b"same-origin")],
        [(b"sec-fetch-site", b"same-origin")],
        [(b"sec-fetch-site", b"none")],
    ],
)
def test_pages_of_ours_may_use_them(cookies: SessionCookies, from_where: list[Header]) -> None:
    assert cookies.access_token([HOST, *from_where, ACCESS]) == "a.b.c"
    assert cookies.refresh_token([HOST, *from_where, ACCESS, ABOUT_SESSION]) == "rookery_rt_x"


@pytest.mark.parametrize(
    "from_where",
    [
        [(b"origin", b"https://evil.example")],
        [(b"origin", b"null")],
        [(b"origin", b"https://other.example.org")],
        [(b"origin", b"https://app.example.org.evil.example")],
        [(b"origin", b"http://app.example.org")],
        [(b"origin", b"http://api.example.org")],
        [(b"origin", b"http://api.example.org:443")],
        [(b"origin", b"https://evil.example"), (b"sec-fetch-site", b"same-origin")],
        [(b"sec-fetch-site", b"cross-site")],
        [(b"sec-fetch-site", b"same-site")],
    ],
)
def test_other_pages_may_not(cookies: SessionCookies, from_where: list[Header]) -> None:
    with pytest.raises(Forbidden):
        cookies.access_token([HOST, *from_where, ACCESS])
    with pytest.raises(Forbidden):
        cookies.refresh_token([HOST, *from_where, ACCESS, ABOUT_SESSION])
    assert cookies.access_token([HOST, *from_where]) is None  # without a cookie they may ask as everybody may


def test_the_access_token_does_not_count_where_the_session_is_concerned_nor_the_refresh_token_elsewhere(
    cookies: SessionCookies,
) -> None:
    assert cookies.access_token([HOST, ACCESS, ABOUT_SESSION]) is None
    assert cookies.refresh_token([HOST, ACCESS]) is None
    with pytest.raises(Forbidden, match="one value"):
        cookies.refresh_token([HOST, ACCESS, (b"x-rookery-session", b"cookies")])


def test_cookies_that_come_in_parts_or_are_none_are_read(cookies: SessionCookies) -> None:
    parts = [(b"cookie", b"a=1"), (b"cookie", b"; =x; nonsense;; __Host-rookery-access=one=two")]
    assert cookies.access_token([HOST, *parts]) == "one=two"
    twice = [(b"cookie", b"__Host-rookery-access=first; __Host-rookery-access=second")]
    assert cookies.access_token([HOST, *twice]) == "first"
