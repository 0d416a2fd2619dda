"""How long work tells how far it is: one record, given to one callable.

The wings know nothing of terminals or browsers; they call a `Report`. The command line draws it or prints it as
JSON lines for the job runner.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """One step of long work.

    Args:
        done: steps that are finished.
        total: steps in all; 0 while unknown.
        message: a few words for people.
        metrics: numbers worth showing, by name (losses).
        remaining_s: estimated seconds left; None while unknown.
        preview: path of a snapshot that can be listened to, or empty.
    """

    done: int
    total: int
    message: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    remaining_s: float | None = None
    preview: str = ""


Report = Callable[[Progress], None]
"""What a wing calls now and then while it works."""


def ignore(progress: Progress) -> None:
    """Report to nobody."""
