"""The pages of mail: there in development where a sink is named, and nowhere else."""

import httpx
import pytest
from starlette.applications import Starlette

import app
from graph.rows.mails import Language
from services.mail.message import compose
from services.mail.texts import MailText
from tests.mail.test_smtp import MAIL, MIRA, SENDER
from web.mail_pages import SHOWN, mail_pages

PATHS = ("/dev/mail", "/dev/verify-email", "/dev/follow.js")
LINK = "http://127.0.0.1:8000/dev/verify-email#token=abc"


def client_of(application) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://127.0.0.1")


def put(sink, number, text):
    message = compose(MAIL, text, Language.EN, SENDER, MIRA)
    (sink / f"{number:012}.eml").write_bytes(message.as_bytes())


@pytest.fixture
async def pages(sink):
    async with client_of(Starlette(routes=mail_pages(sink, "/graphql"))) as client:
        yield client


async def test_the_newest_mails_are_shown_with_links_and_nothing_of_them_is_markup(pages, sink):
    for number in range(1, SHOWN + 3):
        put(sink, number, MailText(f"Subject <{number}>", f"Hello <b>\n\n{LINK}\n", "<p>HTML</p>"))
    answer = await pages.get("/dev/mail")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert f"Subject &lt;{SHOWN + 2}&gt;" in answer.text and "Subject &lt;2&gt;" not in answer.text
    assert answer.text.index(f"&lt;{SHOWN + 2}&gt;") < answer.text.index("&lt;3&gt;")
    assert "Hello &lt;b&gt;" in answer.text and f'<a href="{LINK}">{LINK}</a>' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_mail_is_shown_as_html_that_can_do_nothing(pages, sink):
    put(sink, 7, MailText("Subject", "Plain\n", "<p>HTML</p><script>alert(1)</script>"))
    answer = await pages.get("/dev/mail/000000000007")
    assert "<p>HTML</p>" in answer.text and "sandbox" in answer.headers["content-security-policy"]
    for name in ("000000000008", "..%2f..%2fetc", "7", "x"):
        assert (await pages.get(f"/dev/mail/{name}")).status_code == 404


async def test_links_lead_to_a_page_that_follows_them_when_a_button_is_pressed(pages):
    assert 'data-page="verify-email" data-graphql="/graphql"' in (await pages.get("/dev/verify-email")).text
    assert 'type="password"' in (await pages.get("/dev/reset-password")).text
    assert "verifyEmail" in (await pages.get("/dev/follow.js")).text
    assert (await pages.get("/dev/nothing")).status_code == 404
    assert "There is none yet" in (await pages.get("/dev/mail")).text


@pytest.mark.parametrize(
    ("environment", "named", "status"), [("development", True, 200), ("development", False, 404), ("production", True, 404)]
)
async def test_only_a_server_in_development_that_names_a_sink_has_the_pages(mail_settings, sink, environment, named, status):
    settings = mail_settings.model_copy(update={"environment": environment, "mail_sink": sink if named else None})
    async with client_of(Starlette(routes=app._development_pages(settings))) as client:
        for path in PATHS:
            assert (await client.get(path)).status_code == status, path


async def test_a_server_that_names_no_sink_has_none_of_the_pages(product):
    for path in PATHS:
        assert (await product.served.http.get(f"{product.served.url}{path}")).status_code == 404
