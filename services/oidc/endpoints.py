"""Which addresses of a provider are asked: only by TLS, but for a provider on this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_endpoint(address: object, *, loopback: bool) -> bool:
    """Return whether this is an address that may be asked. With `loopback`, plain HTTP on this machine is as well."""
    if not isinstance(address, str) or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or " " in address or "\\" in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and loopback and is_loopback(address))


def is_loopback(address: str) -> bool:
    """Return whether an address is on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
