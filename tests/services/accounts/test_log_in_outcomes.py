"""How log-ins end, in the log: a line while somebody guesses, and no flood of lines."""

from dataclasses import dataclass

from structlog.testing import capture_logs

from services.accounts.log_in_outcomes import LOG_EVERY, WORTH_A_LINE, LogInOutcome, LogInOutcomes


@dataclass
class Clock:
    """A clock that a test sets."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.seconds


def lines_of(outcomes: LogInOutcomes, outcome: LogInOutcome, times: int) -> list[dict[str, object]]:
    """Return what is logged while so many log-ins end so, without what every line has."""
    with capture_logs() as lines:
        for _ in range(times):
            outcomes.add(outcome)
    return [{name: value for name, value in line.items() if name not in {"event", "log_level"}} for line in lines]


def test_who_guesses_is_in_the_log_once_a_minute_by_number_alone() -> None:
    clock = Clock()
    outcomes = LogInOutcomes(clock)
    assert lines_of(outcomes, LogInOutcome.REFUSED_ACCOUNT, 500) == [{"refused_account": WORTH_A_LINE}]
    assert lines_of(outcomes, LogInOutcome.REFUSED_NETWORK, 30) == []
    clock.seconds += LOG_EVERY
    assert lines_of(outcomes, LogInOutcome.REFUSED_NETWORK, 5) == [
        {"refused_account": 500 - WORTH_A_LINE, "refused_network": 31}
    ]


def test_who_mistypes_is_not_in_the_log() -> None:
    outcomes = LogInOutcomes(Clock())
    assert lines_of(outcomes, LogInOutcome.WRONG, 100) == []
    assert lines_of(outcomes, LogInOutcome.SIGNED_IN, 100) == []
    assert lines_of(outcomes, LogInOutcome.REFUSED_ACCOUNT, WORTH_A_LINE - 1) == []


def test_a_few_who_mistype_in_an_hour_are_not_added_up() -> None:
    clock = Clock()
    outcomes = LogInOutcomes(clock)
    for _ in range(4 * WORTH_A_LINE):
        assert lines_of(outcomes, LogInOutcome.REFUSED_ACCOUNT, 1) == []
        clock.seconds += LOG_EVERY / 4


def test_what_counts_together_is_told_as_one() -> None:
    assert LogInOutcome.refused_by("name") is LogInOutcome.REFUSED_ACCOUNT
    assert LogInOutcome.refused_by("device") is LogInOutcome.refused_by("devices") is LogInOutcome.REFUSED_DEVICE
    assert LogInOutcome.refused_by("own-password") is LogInOutcome.REFUSED_SESSION
