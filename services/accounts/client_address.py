"""What attempts of one client are counted by."""

import ipaddress

IPV6_SITE = 64
"""Bits of an IPv6 address that one subscriber keeps; the rest they choose anew as they like."""


def site_of(address: str) -> str:
    """Return what to count an address by: itself for IPv4, its network of 64 bits for IPv6; anything else as it stands."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, IPV6_SITE), strict=False))
