"""What attempts of one client are counted by."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

IPV6_SITE = 64
"""Bits of an IPv6 address that one subscriber keeps; the rest they choose anew as they like."""


def ip_of(address: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address, that of IPv4 where it is mapped into IPv6; None for what is no address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def site_of(address: str) -> str:
    """Return what to count an address by: itself for IPv4, its network of 64 bits for IPv6; anything else as it stands."""
    ip = ip_of(address)
    if ip is None:
        return address
    return str(ip) if isinstance(ip, IPv4Address) else str(ipaddress.ip_network((ip, IPV6_SITE), strict=False))
