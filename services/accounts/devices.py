"""What a device is called in the list of somebody's sessions."""

import re

from services.text import is_blank, one_line

NAME_MAX = 60
"""Longest name of a device, in characters."""
UNKNOWN = "Unknown device"
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
"""What the header `User-Agent` of a browser has; the first that is there names it, since most name others as well."""
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,29}(?=/)")
"""The name of a program that is no browser, before its version."""


def device_name(given: str | None, user_agent: str) -> str:
    """Return what to call a device: as the client says, or else after its header `User-Agent`.

    Raises:
        InvalidInput: on `deviceName`, when it is too long or holds characters that no line has.

    """
    if given is not None and not is_blank(name := one_line("deviceName", given, NAME_MAX)):
        return name
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    program = _PROGRAM.match(user_agent)
    return browser or system or (program.group() if program else UNKNOWN)
