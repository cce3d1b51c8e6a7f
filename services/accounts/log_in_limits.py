"""What failed log-ins are counted by: the account, the client's address and the network around it; or a device that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from keyspace.limits import Allowance, GrowingDelay, Growth, Limit
from services.accounts.client_address import network_of, site_of

ACCOUNT, NAME, DEVICE, ADDRESS, NETWORK = "account", "name", "device", "address", "network"
"""Scopes of limits."""


@dataclass(frozen=True, slots=True)
class LogInLimits:
    """How failed log-ins are limited: delays that grow for an account or a device, and so many within `window` from a place.

    A place is an address, and the network around it, which has more: many people share one, and who has one has all of it.
    """

    growth: Growth
    per_address: int
    per_network: int
    window: timedelta

    def of_account(self, user_id: str) -> Limit:
        """Return the limit of an account, however it is named."""
        return GrowingDelay(ACCOUNT, user_id, self.growth)

    def of_name(self, name: str) -> Limit:
        """Return the limit of a name that nobody has, which is that of an account."""
        return GrowingDelay(NAME, name, self.growth)

    def of_device(self, device_id: str) -> Limit:
        """Return the limit of a device on which somebody was signed in before."""
        return GrowingDelay(DEVICE, device_id, self.growth)

    def of_place(self, address: str) -> Sequence[Limit]:
        """Return the limits of where a client is, by its IP address."""
        return (
            Allowance(ADDRESS, site_of(address), self.per_address, self.window),
            Allowance(NETWORK, network_of(address), self.per_network, self.window),
        )
