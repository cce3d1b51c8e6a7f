"""Events of second factors: what their owner is told by mail as well."""

from dataclasses import dataclass

from services.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorChanged(Event):
    """What the adding and the removal of a factor have in common. `method` is that of the factor."""

    user_id: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAdded(FactorChanged, type="account.factor_added"):
    """Somebody can prove who they are by something more, or by other recovery codes than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRemoved(FactorChanged, type="account.factor_removed"):
    """Something does not prove any more who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsReset(Event, type="account.factors_reset"):
    """All second factors of somebody were removed, by the operator, or with a new password at an address not verified before."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(Event, type="account.recovery_code_used"):
    """Somebody proved who they are by a recovery code."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyCopied(Event, type="account.passkey_copied"):
    """A passkey said that it had signed less often than it had: two devices hold it, and neither is let in by that."""

    user_id: str
    passkey_id: str
