"""The words of mails, the tokens of links, and who gets which language."""

from datetime import UTC, datetime
from itertools import product

import pytest

from graph.rows.mails import Language, LinkPurpose, MailKind
from services.mail.languages import preferred
from services.mail.links import LinkTokens, digest_of
from services.mail.sending import LinkPages
from services.mail.texts import MailTexts
from services.mail.writing import PURPOSES

LINK = "https://app.example.org/verify-email#token=abc"
UNTIL = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)
OLD, NEW = "an old secret of 32 bytes or more", "a new secret of 32 bytes or more"


@pytest.mark.parametrize(("kind", "language"), list(product(MailKind, Language)))
def test_every_mail_has_its_words_in_each_language(kind, language):
    link = LINK if kind in PURPOSES else None
    text = MailTexts("Rookery").of(kind, language, "mira", "mira@example.org", link, UNTIL if link else None)
    assert text.subject and "\n" not in text.subject
    assert "@mira" in text.plain and "{{" not in text.plain + text.html + text.subject
    if link is not None:
        assert f"\n\n{link}\n\n" in text.plain and f'<a href="{link}"' in text.html
        assert ("27.11.2026" if language is Language.DE else "2026-11-27") in text.plain
    else:
        assert "http" not in text.plain


def test_languages_say_different_things():
    texts = MailTexts("Rookery")
    subjects = {texts.of(kind, each, "m", "a", LINK, UNTIL).subject for kind in MailKind for each in Language}
    assert len(subjects) == len(MailKind) * len(Language)


def test_html_escapes_what_people_wrote():
    text = MailTexts("<b>&").of(MailKind.VERIFY_EMAIL, Language.EN, "mira", "<script>@example.org", LINK, UNTIL)
    assert "<script>" not in text.html and "<b>&" not in text.html
    assert "<script>@example.org" in text.plain


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", Language.DE), ("DE-at, en;q=0.5", Language.DE), ("en;q=0.2, de;q=0.9", Language.DE), ("fr, en", Language.EN),
        ("de, en", Language.DE), ("", None), ("fr", None), ("*", None), ("de;q=0", None), ("de;q=high", None),
        (",;,;q=1,," * 1_000, None), ("x," * 50 + "de", None),
    ],
)
def test_the_language_is_what_the_client_prefers_of_ours(header, language):
    assert preferred(header) is language


def test_a_token_is_made_again_from_the_id_of_its_mail_by_who_has_the_secret():
    token = LinkTokens(OLD).new("0190")
    digest = digest_of(token)
    assert digest is not None and len(token) == 43 and len(digest) == 64
    assert LinkTokens(f"{NEW},{OLD}").again("0190", digest) == token
    assert LinkTokens(NEW).again("0190", digest) is None
    assert LinkTokens(OLD).again("0191", digest) is None
    assert LinkTokens(f"{NEW},{OLD}").new("0190") != token


def test_links_lead_to_pages_of_the_frontend_and_no_server_sees_their_token():
    pages = LinkPages("https://app.example.org/account/")
    assert pages.link(LinkPurpose.RESET, "t") == "https://app.example.org/account/reset-password#token=t"
    assert pages.link(LinkPurpose.VERIFY, "t") == pages.link(LinkPurpose.CHANGE, "t")
    assert pages.link(LinkPurpose.VERIFY, "t") == "https://app.example.org/account/verify-email#token=t"
