"""What failed log-ins are counted by: name, address and network of the client; or a known device, and all of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from keyspace.limits import Allowance, GrowingDelay, Growth, Limit
from services.accounts.client_address import network_of, site_of

NAME, DEVICE, DEVICES, ADDRESS, NETWORK = "name", "device", "devices", "address", "network"
"""Scopes of limits."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LogInLimits:
    """How failed log-ins are limited: delays that grow for a name or a device, and so many within `window` from a place.

    A place is an address, and the network around it, which has more: many people share one, and who has one has all of it.
    """

    growth: Growth
    per_address: int
    per_network: int
    window: timedelta
    of_devices_a_day: int = 200
    """On all known devices of an account: more than one of them gives, and few for who signed in on many."""

    def of_name(self, name: str) -> Limit:
        """Return the limit of a username or the fingerprint of an e-mail address, whether anybody has it or not."""
        return GrowingDelay(NAME, name, self.growth)

    def of_device(self, device_id: str) -> Limit:
        """Return the limit of a device on which somebody was signed in before."""
        return GrowingDelay(DEVICE, device_id, self.growth)

    def of_devices(self, user_id: str) -> Limit:
        """Return the limit of all devices together on which somebody was signed in before."""
        return Allowance(DEVICES, user_id, self.of_devices_a_day, DAY)

    def of_place(self, address: str) -> Sequence[Limit]:
        """Return the limits of where a client is, by its IP address."""
        return (
            Allowance(ADDRESS, site_of(address), self.per_address, self.window),
            Allowance(NETWORK, network_of(address), self.per_network, self.window),
        )
