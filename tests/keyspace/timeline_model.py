"""What the lists of home timelines do, in plain Python: the truth that the scripts must equal."""

from dataclasses import dataclass, field

from tests.worlds.timelines import Listed


@dataclass(slots=True)
class TimelineModel:
    """One timeline: its ids newest first (None: absent), whether it is whole, and what waits for its builder."""

    cap: int
    ids: list[str] | None = None
    whole: bool = False
    token: str | None = None
    aside: list[str] = field(default_factory=list)

    def push(self, post: str) -> None:
        """Take a post where it belongs."""
        if self.ids is None:
            self.aside += [post] if self.token else []
        elif post not in self.ids and (self.whole or post > self.ids[-1]):
            self.ids = sorted([*self.ids, post], reverse=True)
            self._trim()

    def begin(self, token: str) -> bool:
        """Begin to build, if there is anything to build and nobody at it."""
        if self.ids is not None or self.token is not None:
            return False
        self.token, self.aside = token, []
        return True

    def finish(self, token: str, posts: list[str]) -> bool:
        """Take what was built."""
        if self.token != token:
            return False
        self.ids, self.whole = posts, len(posts) < self.cap
        waiting, self.token, self.aside = self.aside, None, []
        for post in waiting:
            self.push(post)
        return True

    def abandon(self, token: str) -> None:
        """Let others build."""
        if self.token == token:
            self.token, self.aside = None, []

    def builder_begins_again(self) -> None:
        """End who builds, as a follow does: they may have read before it."""
        self.token, self.aside = None, []

    def lose(self) -> None:
        """Lose everything, as Redis does when it is emptied."""
        self.ids, self.whole, self.token, self.aside = None, False, None, []

    def page(self, below: str, count: int) -> Listed | None:
        """Give a page; the end counts as an entry."""
        if self.ids is None:
            return None
        rest = [post for post in self.ids if post < below]
        return Listed(rest[:count], self.whole and len(rest) < count)

    def _trim(self) -> None:
        """Drop what is beyond the cap; the end is an entry too."""
        if self.ids is not None and len(self.ids) + self.whole > self.cap:
            self.whole = False
            del self.ids[self.cap :]
