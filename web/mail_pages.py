"""Pages of mail for development: what the sink has taken, and where the links in it lead. No server in production has them.

They show to anybody who asks what was sent to whom, with links that are good. So they are there only where the operator names a
folder of a sink, which `rookery up` does, on loopback.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

FOLDER = Path(__file__).parent / "mail"
SHOWN = 50
"""Mails on the page, newest first."""
LINK_PAGES = ("verify-email", "reset-password")
_NAME = re.compile(r"[0-9]{12}")
"""Names of files of the sink, without their ending."""
_LINK = re.compile(r"(https?://\S+)")
_LIST_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_MAIL_POLICY = f"{_LIST_POLICY}; sandbox allow-popups allow-popups-to-escape-sandbox"
"""A mail runs no script and sends no form."""
_LINK_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as the page lists it. `pieces` is its text, each second one a link."""

    name: str
    to: str
    subject: str
    date: str
    message_id: str
    pieces: Sequence[str]


def mail_pages(sink: Path, graphql_path: str) -> Sequence[BaseRoute]:
    """Return the routes: the list of mails, one mail as HTML, and the pages that links lead to."""
    pages = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    listing, following = pages.get_template("list.html"), pages.get_template("follow.html")
    script = (FOLDER / "follow.js").read_text("utf-8")

    async def mails(_request: Request) -> Response:
        return _page(listing.render(mails=await asyncio.to_thread(_newest, sink)), _LIST_POLICY)

    async def mail(request: Request) -> Response:
        return _page(await asyncio.to_thread(_html_of, sink, request.path_params["name"]), _MAIL_POLICY)

    async def follow(request: Request) -> Response:
        page = request.path_params["page"]
        if page not in LINK_PAGES:
            raise HTTPException(404)
        return _page(following.render(page=page, graphql=graphql_path), _LINK_POLICY)

    async def follow_script(_request: Request) -> Response:
        return Response(script, media_type="text/javascript")

    return (
        Route("/dev/mail", mails),
        Route("/dev/mail/{name}", mail),
        Route("/dev/follow.js", follow_script),
        Route("/dev/{page}", follow),
    )


def _page(html: str, policy: str) -> Response:
    return HTMLResponse(html, headers={"content-security-policy": policy, "cache-control": "no-store"})


def _newest(sink: Path) -> Sequence[ShownMail]:
    """Read the newest mails; the sink counts them."""
    names = sorted((path.stem for path in sink.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
    found = ((name, _read(sink, name)) for name in names[:SHOWN])
    return [_shown(name, message) for name, message in found if message is not None]


def _read(sink: Path, name: str) -> EmailMessage | None:
    try:
        return message_from_bytes((sink / f"{name}.eml").read_bytes(), EmailMessage, policy=default)
    except FileNotFoundError:  # the sink removes the oldest
        return None


def _shown(name: str, message: EmailMessage) -> ShownMail:
    plain = message.get_body(("plain",))
    to, subject, date, message_id = (str(message.get(header, "")) for header in ("To", "Subject", "Date", "Message-ID"))
    return ShownMail(name, to, subject, date, message_id, _LINK.split("" if plain is None else plain.get_content()))


def _html_of(sink: Path, name: str) -> str:
    """Return the HTML of a mail.

    Raises:
        HTTPException: there is no such mail.

    """
    message = _read(sink, name) if _NAME.fullmatch(name) else None
    html = None if message is None else message.get_body(("html",))
    if html is None:
        raise HTTPException(404)
    return str(html.get_content())
