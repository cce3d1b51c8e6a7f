"""The words of mails: a template for each kind and language, from which the plain text and the HTML are made.

A template begins with the subject and an empty line. Its paragraphs are the text; HTML shows the same paragraphs, so that the two
never say different things.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from graph.rows.mails import Language, MailKind

FOLDER = Path(__file__).parent / "templates"
LAYOUT = "layout.html"
DATES = {Language.EN: "%Y-%m-%d at %H:%M UTC", Language.DE: "%d.%m.%Y um %H:%M Uhr (UTC)"}
"""How a moment is written."""


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says."""

    subject: str
    plain: str
    html: str


class MailTexts:
    """Every template, read when it is made. `product` is what the installation calls itself."""

    def __init__(self, product: str) -> None:
        """Read the templates."""
        environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=select_autoescape(("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._product = product
        self._layout = environment.get_template(LAYOUT)
        self._templates = {
            (kind, language): environment.get_template(f"{language.lower()}/{kind.lower()}.txt")
            for kind in MailKind
            for language in Language
        }

    def of(
        self, kind: MailKind, language: Language, username: str, address: str, link: str | None, until: datetime | None
    ) -> MailText:
        """Return the words of a mail for somebody; `until` is when the link ends."""
        written = self._templates[kind, language].render(
            username=username,
            address=address,
            link=link,
            until="" if until is None else until.strftime(DATES[language]),
            product=self._product,
        )
        subject, _, body = written.partition("\n\n")
        paragraphs = [" ".join(paragraph.split()) for paragraph in body.strip().split("\n\n")]
        html = self._layout.render(language=language.lower(), subject=subject, paragraphs=paragraphs, link=link)
        return MailText(" ".join(subject.split()), body.strip() + "\n", html)
