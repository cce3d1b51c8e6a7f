"""The services of logging in by providers, made of the settings and of what logging in by a password shares with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keyspace.limits import RateLimits
from keyspace.roles import Role
from keyspace.servers import RedisServers
from keyspace.single_use import SingleUse
from services.accounts.generated_secrets import Secrets
from services.accounts.linked_identities import LinkedIdentities
from services.accounts.provider_flows import FLOW_LIFE, Flow, ProviderFlows
from services.accounts.provider_links import ProviderLinks
from services.accounts.provider_log_in import SIGN_UP_LIFE, ProviderLogIn
from services.accounts.provider_proofs import PROOF_LIFE, LinkTicket, Proof, ProviderProofs
from services.accounts.sealed_records import SealedRecords
from services.accounts.second_factor import AskForFactor
from services.accounts.sign_up import SignUp
from services.accounts.signing_in import SigningIn
from services.oidc.asking import ProviderRequests
from services.oidc.clients import Lives, ProviderClient
from services.oidc.providers import Provider, Providers
from services.settings import Settings

LIVES = Lives(cached_for=3_600, pause=5)
"""An hour: a provider that withdraws a key waits as long as its ID tokens are good. Five seconds bear a flood of log-ins while
one is down."""


@dataclass(frozen=True, slots=True)
class ProviderServices:
    """What resolvers and pages ask of providers."""

    all: Sequence[Provider]
    """In the operator's order."""
    clients: Mapping[str, ProviderClient]
    """By the names of providers; each has connections of its own, so that one that is slow keeps nobody from another."""
    flows: ProviderFlows
    log_in: ProviderLogIn
    links: ProviderLinks

    async def close(self) -> None:
        """Close all connections to providers."""
        for client in self.clients.values():
            await client.requests.close()


def open_providers(
    settings: Settings,
    secrets: Secrets,
    redis: RedisServers,
    sign_up: SignUp,
    signing_in: SigningIn,
    ask_for_factor: AskForFactor,
    identities: LinkedIdentities,
) -> ProviderServices:
    """Put the services together. Nothing is asked of a provider before somebody logs in by it.

    Raises:
        ProvidersInvalid: the providers of the settings are not set up as they must be.

    """
    by_name = Providers.read(settings.providers.get_secret_value()).by_name
    clients = {
        name: ProviderClient.of(
            each, f"{settings.own_url}/auth/{name}/callback", ProviderRequests(settings.provider_timeout), LIVES
        )
        for name, each in by_name.items()
    }
    seal, stored, limits = secrets.seal_secret, redis.of(Role.SESSIONS), RateLimits(redis.of(Role.LIMITS))
    proofs = ProviderProofs(SingleUse(stored, "proof"), SealedRecords(seal, "provider proof", Proof, PROOF_LIFE))
    tickets = SealedRecords(seal, "provider link", LinkTicket, FLOW_LIFE)
    log_in = ProviderLogIn(
        identities,
        proofs,
        signing_in,
        ask_for_factor,
        sign_up,
        SealedRecords(seal, "provider sign-up", Proof, SIGN_UP_LIFE),
        limits,
        settings.sign_ups_per_address,
        settings.sign_up_window,
    )
    flows = ProviderFlows(
        clients,
        SealedRecords(seal, "provider flow", Flow, FLOW_LIFE),
        tickets,
        proofs,
        SingleUse(stored, "state"),
        limits,
        settings.log_in_attempts_per_address,
        settings.log_in_window,
    )
    links = ProviderLinks(by_name.keys(), sign_up.writer, log_in, tickets, signing_in.sessions, sign_up.mail)
    return ProviderServices(tuple(by_name.values()), clients, flows, log_in, links)
