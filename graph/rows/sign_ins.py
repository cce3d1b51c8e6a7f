"""Rows of the history of sign-ins of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from clock import moment


class SignInMethod(StrEnum):
    """By what somebody proved who they are, or tried to."""

    SIGN_UP = "SIGN_UP"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a method
    PASSKEY = "PASSKEY"
    PROVIDER = "PROVIDER"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign-ins of one device and network by one method within an hour, or tries that failed, from one network.

    `first_at` and `last_at` are when the first and the last of them were. `device` is empty for tries that failed.
    Of those `unfinished` says that the password was right, and no second factor was given.
    """

    id: str
    first_at: datetime
    last_at: datetime
    method: SignInMethod
    failed: bool
    count: int
    device: str
    network: str
    is_new: bool
    unfinished: bool

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `sign_ins/page` gives: the fields in order."""
        id_, first_at, last_at, method, failed, count, device, network, is_new, unfinished = values
        first, last = moment(first_at), moment(last_at)
        return cls(id_, first, last, SignInMethod(method), failed, count, device, network, is_new, unfinished)
