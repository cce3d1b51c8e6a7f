"""Events of one user's account and of what they choose for themselves."""

from dataclasses import dataclass

from keyspace.row_cache import ROLES, USERS, MutedTopicsKind
from keyspace.usernames import USERNAMES
from services.events.event import Event, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreated(Event, type="user.created"):
    """Somebody signed up, with a username that is compared as `username_key`."""

    user_id: str
    username_key: str = ""

    def stale(self) -> Stale:
        """Return the negative entries of the user and of their name, if somebody asked for these before."""
        return Stale(rows=[(USERS, self.user_id), (USERNAMES, self.username_key)])


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUpdated(Event, type="user.updated"):
    """Somebody changed what others see of them, in their `profile` alone or not, or is hidden from all, or seen again."""

    user_id: str
    user_key: int
    profile: bool = False

    def stale(self) -> Stale:
        """Return the user's row, and their roles, which count only while the account is in use."""
        return Stale(rows=[(USERS, self.user_id), (ROLES, self.user_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRenamed(Event, type="user.renamed"):
    """Somebody changed their username to `username_key`, in lower case; those of `former_keys` lead to them for a while."""

    user_id: str
    user_key: int
    username_key: str
    former_keys: tuple[str, ...]

    def stale(self) -> Stale:
        """Return the user's row, and what is cached of all these names: ids, and that nobody has one."""
        return Stale(rows=[(USERS, self.user_id), *((USERNAMES, name) for name in (self.username_key, *self.former_keys))])


@dataclass(frozen=True, slots=True, kw_only=True)
class UserOpened(Event, type="user.opened"):
    """Somebody is no longer private: their open follow requests are to be accepted."""

    user_id: str
    user_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MutedTopicsChanged(Event, type="muted_topics.changed"):
    """Somebody mutes or unmutes a word, hashtag or thread."""

    user_id: str
    user_key: int

    def stale(self) -> Stale:
        """Return the topics that the user mutes."""
        return Stale(rows=[(MutedTopicsKind(viewer=self.user_key), self.user_id)])
