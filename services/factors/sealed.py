"""What of second factors is encrypted, and how: the graph alone gives nothing to sign in with."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.ids import new_id
from graph.rows.factors import StoredCode
from services.factors.recovery_codes import digest_of, is_same
from services.sealing import Sealing

TOTP_SECRETS = "TOTP secret"
"""Purpose of the seal of `TotpFactor.secretSealed`."""
RECOVERY_CODES = "recovery code"
"""Purpose of the seal of `RecoveryCode.digestSealed`."""


@dataclass(frozen=True, slots=True)
class FactorSeals:
    """Encrypts what of second factors is stored."""

    totp: Sealing
    codes: Sealing

    @classmethod
    def of(cls, secrets: str) -> "FactorSeals":
        """Derive the keys from the operator's comma separated secrets."""
        return cls(Sealing(secrets, TOTP_SECRETS), Sealing(secrets, RECOVERY_CODES))

    def rows_of(self, codes: Sequence[str]) -> list[tuple[str, str]]:
        """Return id and sealed digest of each new recovery code, for a statement that adds whose they are."""
        return [(new_id(), self.codes.seal(str(digest_of(code)))) for code in codes]

    def found(self, stored: Sequence[StoredCode], code: str) -> StoredCode | None:
        """Return which of somebody's recovery codes this is, None where it is none of them."""
        digest = digest_of(code)
        return None if digest is None else next((each for each in stored if self._is(each, digest)), None)

    def _is(self, stored: StoredCode, digest: str) -> bool:
        return is_same(self.codes.unseal(stored.digest_sealed), digest)
