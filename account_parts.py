"""The services of accounts, opened from the settings: who somebody is, how they prove it, and where they are signed in."""

from dataclasses import dataclass, replace

from graph.rows.mails import LinkPurpose
from keyspace.limits import Growth, RateLimits
from keyspace.revocations import RevocationChannel
from keyspace.roles import Role
from keyspace.servers import RedisServers
from keyspace.sessions import SessionStore
from services.accounts.account_emails import AccountEmails
from services.accounts.deactivation import Deactivation, Reactivation
from services.accounts.demo import DemoAccounts
from services.accounts.device_tokens import DeviceTokens
from services.accounts.email_change import EmailChange
from services.accounts.failed_sign_ins import FailedSignIns
from services.accounts.generated_secrets import Secrets
from services.accounts.last_uses import LastUses
from services.accounts.limited_sign_up import LimitedSignUp
from services.accounts.link_limits import LinkLimits
from services.accounts.linked_identities import WORD_LIFE, LinkedIdentities, ProviderWord
from services.accounts.log_in import LogIn
from services.accounts.log_in_limits import LogInLimits
from services.accounts.log_in_outcomes import LogInOutcomes
from services.accounts.names import UsernameRules
from services.accounts.own_password import OwnPassword
from services.accounts.password_change import PasswordChange
from services.accounts.password_reset import PasswordReset
from services.accounts.passwords import Passwords, cost_of
from services.accounts.personal_tokens import PersonalTokens
from services.accounts.privacy import Privacy
from services.accounts.profiles import Profiles
from services.accounts.provider_services import ProviderServices, open_providers
from services.accounts.refresh_tokens import RefreshTokens
from services.accounts.roles import Roles
from services.accounts.sealed_records import SealedRecords
from services.accounts.sessions import SessionLives, Sessions
from services.accounts.sign_in_history import SignInHistory
from services.accounts.sign_up import SignUp
from services.accounts.signing_in import SigningIn
from services.accounts.signing_out import SigningOut
from services.accounts.suspension import Suspension
from services.accounts.tokens import AccessTokens
from services.accounts.unfinished_log_ins import UnfinishedLogIns
from services.accounts.username_change import UsernameChange
from services.accounts.verification import Verification
from services.factors.authenticator_apps import AuthenticatorApps
from services.factors.challenges import Challenges
from services.factors.factor_limits import FactorLimits
from services.factors.passkey_log_in import PasskeyLogIn
from services.factors.passkeys import Passkeys
from services.factors.proving import FactorProving
from services.factors.reauthentication import Reauthentication
from services.factors.relying_party import RelyingParty
from services.factors.reset import FactorReset
from services.factors.sealed import FactorSeals
from services.factors.second_step import SecondStep
from services.mail.links import LinkTokens
from services.mail.message import Sender
from services.mail.writing import MailWriting
from services.media.owned import OwnedMedia
from services.relationships.requests import Requests
from services.sealing import Sealing
from services.settings import Settings

PRODUCT = "Rookery"
"""What an installation calls itself to authenticator apps and browsers where it sends no mail, whose sender has a name."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """What resolvers, the worker and the command ask of accounts, made once a process."""

    tokens: AccessTokens
    last_uses: LastUses
    passwords: Passwords
    addresses: Sealing
    """Encrypts e-mail addresses, and makes their fingerprints."""
    mail: MailWriting
    sign_up: LimitedSignUp
    log_in: LogIn
    history: SignInHistory
    second_step: SecondStep
    passkey_log_in: PasskeyLogIn
    reauthentication: Reauthentication
    authenticator_apps: AuthenticatorApps
    passkeys: Passkeys
    factor_reset: FactorReset
    sessions: Sessions
    emails: AccountEmails
    email_change: EmailChange
    own_password: OwnPassword
    password_change: PasswordChange
    password_reset: PasswordReset
    profiles: Profiles
    privacy: Privacy
    username_change: UsernameChange
    deactivation: Deactivation
    suspension: Suspension
    signing_out: SigningOut
    roles: Roles
    verification: Verification
    personal_tokens: PersonalTokens
    demo: DemoAccounts
    providers: ProviderServices


def open_accounts(
    settings: Settings, secrets: Secrets, redis: RedisServers, revocations: RevocationChannel, requests: Requests
) -> Accounts:
    """Put the services of accounts together. `requests` accepts who asked to follow somebody who goes public.

    Raises:
        ProvidersInvalid: the providers of the settings are not set up as they must be.

    """
    writer = requests.writer
    passwords, addresses = _passwords(settings), Sealing(secrets.seal_secret, "e-mail")
    tokens = AccessTokens(secrets.token_secret, settings.access_token_life)
    limits, mail = RateLimits(redis.of(Role.LIMITS)), _mail_writing(settings, secrets)
    names = UsernameRules.of(settings.reserved_usernames)
    sessions = Sessions(
        SessionStore(redis.of(Role.SESSIONS)),
        tokens,
        RefreshTokens(secrets.token_secret),
        revocations.announce,
        writer,
        mail,
        SessionLives(settings.session_idle_life, settings.session_life, settings.refresh_grace, settings.reauthentication_window),
    )
    failed, outcomes = FailedSignIns(writer), LogInOutcomes()
    own_password = OwnPassword(writer, passwords, limits, _growth(settings), failed, outcomes)
    devices, history = DeviceTokens(secrets.token_secret), SignInHistory(writer, mail)
    signing_in = SigningIn(sessions, Reactivation(writer, settings.reactivation_window), devices, history)
    product = Sender.of(settings.mail_from).name if settings.mail_from else PRODUCT
    proving = FactorProving(
        writer,
        Challenges(secrets.token_secret),
        RelyingParty.of(product, settings.own_url, settings.allowed_origins, settings.passkey_domain),
        FactorSeals.of(secrets.seal_secret),
        limits,
        FactorLimits(replace(_growth(settings), free=settings.factor_attempts), settings.factor_attempts_per_day),
        mail,
    )
    words = SealedRecords(secrets.seal_secret, "provider word", ProviderWord, WORD_LIFE)
    identities = LinkedIdentities(writer, addresses, mail, words)
    second_step = SecondStep(proving, signing_in, failed, outcomes, identities.confirm_sealed)
    allowed = _log_in_limits(settings)
    log_in = LogIn(
        writer,
        passwords,
        addresses,
        limits,
        allowed,
        signing_in,
        failed,
        outcomes,
        second_step.needed,
        UnfinishedLogIns(writer),
    )
    links = LinkLimits(limits, settings.mails_per_account, settings.mails_per_address, settings.mail_window)
    personal_tokens = PersonalTokens(writer, revocations.announce)
    sign_up = SignUp(writer, passwords, addresses, sessions, devices, names, mail)
    return Accounts(
        tokens=tokens,
        last_uses=LastUses(writer, sessions.store),
        passwords=passwords,
        addresses=addresses,
        mail=mail,
        sign_up=LimitedSignUp(
            sign_up,
            limits,
            settings.sign_ups_per_address,
            settings.sign_up_window,
        ),
        log_in=log_in,
        history=history,
        second_step=second_step,
        passkey_log_in=PasskeyLogIn(proving, limits, allowed, signing_in, outcomes),
        reauthentication=Reauthentication(proving, own_password, sessions),
        authenticator_apps=AuthenticatorApps(writer, sessions, proving.seals, mail, product),
        passkeys=Passkeys(proving, sessions),
        factor_reset=FactorReset(writer, mail),
        sessions=sessions,
        emails=AccountEmails(writer, addresses, mail, links, settings.mail_language),
        email_change=EmailChange(writer, own_password, addresses, mail, links),
        own_password=own_password,
        password_change=PasswordChange(writer, own_password, passwords, addresses, mail, sessions),
        password_reset=PasswordReset(
            writer, passwords, addresses, mail, sessions, links, personal_tokens, log_in.forget_failures, proving.forget_failures
        ),
        profiles=Profiles(writer, OwnedMedia(writer.graph)),
        privacy=Privacy(writer, requests.accept_chunk),
        username_change=UsernameChange(writer, names, settings.username_change_every, settings.username_quarantine),
        deactivation=Deactivation(writer, own_password, sessions, settings.reactivation_window),
        suspension=Suspension(writer, sessions),
        signing_out=SigningOut(writer, sessions),
        roles=Roles(writer),
        verification=Verification(writer),
        personal_tokens=personal_tokens,
        demo=DemoAccounts(writer, passwords, addresses),
        providers=open_providers(settings, secrets, redis, sign_up, signing_in, second_step.needed, identities),
    )


def _passwords(settings: Settings) -> Passwords:
    cost = cost_of(memory=settings.password_hash_memory, passes=settings.password_hash_passes)
    return Passwords(cost, threads=settings.password_hash_threads)


def _mail_writing(settings: Settings, secrets: Secrets) -> MailWriting:
    lives = {
        LinkPurpose.VERIFY: settings.verification_life,
        LinkPurpose.CHANGE: settings.verification_life,
        LinkPurpose.RESET: settings.reset_life,
    }
    return MailWriting(LinkTokens(secrets.token_secret), lives, settings.sends_mail)


def _log_in_limits(settings: Settings) -> LogInLimits:
    return LogInLimits(
        _growth(settings), settings.log_in_attempts_per_address, settings.log_in_attempts_per_network, settings.log_in_window
    )


def _growth(settings: Settings) -> Growth:
    return Growth(
        settings.log_in_attempts, settings.log_in_window, settings.log_in_first_wait, settings.log_in_longest_wait
    )
