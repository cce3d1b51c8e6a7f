"""How the talk with a provider fails. The messages are for the log: they hold no code, no token and no address of anybody."""


class ProviderFailure(Exception):
    """A provider is of no use for this sign-in."""


class ProviderDown(ProviderFailure):
    """It does not answer, not in time, or says itself that it cannot: the same may succeed later."""


class ProviderRefused(ProviderFailure):
    """It refused the code, or what it answered is not what OpenID Connect asks for, so that nothing of it is believed."""
