"""What a candidate can do at a prompt, in whatever way it is read: answer, or ask for something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Act(StrEnum):
    """What the candidate did. The values are what can be typed after a slash."""

    ANSWER = "answer"
    TIME_OVER = "time-over"
    HINT = "hint"
    DONT_KNOW = "dont-know"
    SKIP = "skip"
    BACK = "back"
    END = "end"


TYPED = {f"/{act.value}": act for act in (Act.HINT, Act.DONT_KNOW, Act.SKIP, Act.BACK, Act.END)}
"""An answer that is only one of these words is a request."""


@dataclass(frozen=True)
class Reply:
    """What came back from a prompt, with the text typed until then and the seconds that it took."""

    act: Act
    text: str = ""
    seconds: float = 0


@dataclass(frozen=True)
class Prompt:
    """A prompt: the text to begin with (a kept draft), the clocks, and where to keep what is typed meanwhile.

    `left` are the seconds left for this question and in all, None without a clock. `begun` are the seconds that were
    already spent on the draft.
    """

    draft: str = ""
    begun: float = 0
    left: tuple[float, float] | None = None
    keep: Callable[[str, float], None] = lambda _text, _seconds: None


class Reader(Protocol):
    """Reads one reply: an editor in a terminal, lines of a pipe, a script."""

    async def __call__(self, prompt: Prompt, /) -> Reply:
        """Wait for the candidate."""


def understood(text: str, seconds: float, left: tuple[float, float] | None) -> Reply:
    """What was sent as a reply: a request typed with a slash, or an answer, in time or not."""
    act = TYPED.get(text.strip())
    if act is not None:
        return Reply(act, "", seconds)
    return Reply(Act.TIME_OVER if left is not None and seconds > left[0] else Act.ANSWER, text, seconds)


def minutes(seconds: float) -> str:
    """How a clock shows it: 95 -> '1:35'."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
