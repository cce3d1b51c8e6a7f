"""What attempts of one client are counted by."""

import ipaddress
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

SITES = {4: 32, 6: 64}
"""Bits of an address that one subscriber keeps: of IPv6 they choose the rest anew as they like."""
NETWORKS = {4: 24, 6: 48}
"""Bits that tell the provider and about the place, and not the household: whoever rents many addresses gets them side by side."""
NO_ADDRESS = ""
"""What everything else is counted by that stands where an address should, or whoever writes it there would choose anew."""


def ip_of(address: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address, that of IPv4 where it is mapped into IPv6; None for what is no address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def site_of(address: str) -> str:
    """Return what to count an address by: itself for IPv4, its network of 64 bits for IPv6."""
    ip = ip_of(address)
    return str(ip) if isinstance(ip, IPv4Address) else _network(ip, SITES)


def network_of(address: str) -> str:
    """Return the network around an IP address, such as `192.0.2.0/24`; nothing for what is no address."""
    return _network(ip_of(address), NETWORKS)


def _network(ip: IPv4Address | IPv6Address | None, bits: Mapping[int, int]) -> str:
    return NO_ADDRESS if ip is None else str(ipaddress.ip_network((ip, bits[ip.version]), strict=False))
