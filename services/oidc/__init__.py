"""OpenID Connect as a relying party: what providers say of people, and the checks before any of it is believed."""
