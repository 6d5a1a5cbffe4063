"""Every exception that interviewer raises on purpose, and the exit code each one means.

InterviewerError
├── InputError            the user's text, file or option is at fault
│   ├── RubricError       a rubric or bank is not valid; carries its faults
│   ├── UnknownName       no such question, bank, section, judge, session …
│   ├── CalibrationError  a calibration does not fit the rubric or the judge
│   ├── GuideError        a guide document holds no guide
│   └── AnswerTooLong     the answer does not fit the judge's window
├── HistoryError          sessions cannot be read (newer version, …)
│   └── HistoryUnwritable they cannot be written (full disk, read-only folder, …)
├── SettingsError         the configuration is at fault (no key, bad URL, …)
├── StoreError            the cache cannot be opened, read or written
├── BudgetReached         one more call might cost more than the user allows
└── JudgeError            a judge could not be asked at all (wrong key, no server)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

FEW = 12  # names that a message can list in full


class ExitCode(IntEnum):
    """What a finished command says to the shell; 2 is left to usage errors."""

    OK = 0
    ERROR = 1
    USAGE = 2
    UNGRADED = 3
    JUDGE_UNAVAILABLE = 4
    INTERRUPTED = 130


class InterviewerError(Exception):
    """Base of everything raised on purpose. `str(error)` is fit to show to a user."""

    exit_code = ExitCode.ERROR


class InputError(InterviewerError):
    """Text, a file or an option that the user can mend."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a file: where it is (line from 1, 0 for the whole file) and what it is."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.message}"


class RubricError(InputError):
    """A rubric or bank that does not hold together."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownName(InputError):
    """A name that nothing has, with the nearest names that something does have."""

    def __init__(self, what: str, name: str, known: Iterable[str], next_step: str = "") -> None:
        known = list(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        near += [other for other in known if name and name in other and other not in near][:3]
        hint = f" Did you mean {_either(near)}?" if near else ""
        if not near and 0 < len(known) <= FEW:
            hint = f" Known: {', '.join(known)}."
        super().__init__(f"There is no {what} {name!r}.{hint}{' ' + next_step if next_step else ''}")
        self.nearest = near


class CalibrationError(InputError):
    """A calibration that is none, or was learned for another judge or an older rubric."""


class GuideError(InputError):
    """A guide document in which no guide was found."""


class AnswerTooLong(InputError):
    """An answer that does not fit the judge's window; never cut silently."""


class HistoryError(InterviewerError):
    """The database of sessions cannot be used."""


class HistoryUnwritable(HistoryError):
    """The database of sessions cannot be written where it is; another place would do."""


class SettingsError(InterviewerError):
    """Configuration that cannot work."""


class StoreError(InterviewerError):
    """The store of judgements cannot be used: its disk is full, its file damaged or not ours."""


class BudgetReached(InterviewerError):
    """One more call might pass the cost that the user set as a limit."""


class JudgeError(InterviewerError):
    """A judge that could not be asked at all. One answer that failed is not this: it is ungraded."""

    exit_code = ExitCode.JUDGE_UNAVAILABLE


def _either(names: list[str]) -> str:
    """['a', 'b', 'c'] -> 'a, b or c'."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"
