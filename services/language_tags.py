"""Language tags of BCP 47, such as en or pt-BR."""

import re

from errors import InvalidInput

LONGEST = 35
"""Longest tag: what RFC 5646, section 4.4.1, asks readers to make room for."""
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def checked_tag(field: str, given: str) -> str:
    """Return a tag.

    Raises:
        InvalidInput: it is not one; `field` is blamed.

    """
    if len(given) > LONGEST or not _TAG.fullmatch(given):
        raise InvalidInput(field, "A language is a BCP 47 tag, such as en or pt-BR.")
    return given


def language_of(tag: str) -> str:
    """Return the language of a tag in lower case, without script and country."""
    return tag.split("-", 1)[0].lower()
