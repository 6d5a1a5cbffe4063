"""A calibration as a file that a person can read and edit, and the check that it still fits rubric and judge.

How it is learned is in `learn.py`; how a judge uses it, in `interviewer/judges/`.
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interviewer.errors import CalibrationError
from interviewer.judgement import Verdict
from interviewer.rubric import Rubric, only
from interviewer.scoring import JudgeInfo
from interviewer.yaml_source import line_of, load_yaml

_SURE = 0.001  # a probability is kept this far from 0 and 1, whose odds are not finite

Part = Literal["notes", "examples", "map"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class PointNote(_Frozen):
    """What this grader demands of one point, in a person's words. Empty fields say nothing."""

    point: str
    credit: str = ""
    never: str = ""
    wording: str = ""
    excludes: tuple[str, ...] = ()


class Example(_Frozen):
    """A labelled answer, to be shown to the judge beside the verdicts it was given."""

    answer: str
    verdicts: dict[str, Verdict]


class RubricCalibration(_Frozen):
    """What was learned about one question. `hash` is that of the rubric it was learned with.

    `points` holds the hash of each point alone: after a follow-up only some points are judged again.
    """

    rubric: str
    hash: str
    points: dict[str, str] = {}
    notes: tuple[PointNote, ...] = ()
    examples: tuple[Example, ...] = ()

    @classmethod
    def about(cls, rubric: Rubric, **learned: Any) -> RubricCalibration:
        """What was learned (the fields `notes` and `examples`) with the hashes of this rubric."""
        points = {point.id: only(rubric, [point]).hash for point in rubric.points}
        return cls(rubric=rubric.id, hash=rubric.hash, points=points, **learned)

    def fits(self, rubric: Rubric) -> bool:
        """Whether this was learned with that rubric, or with one of which it is a part."""
        return self.hash == rubric.hash or all(
            self.points.get(point.id) == only(rubric, [point]).hash for point in rubric.points
        )


class ProbabilityMap(_Frozen):
    """From a judge's probability to a grader's: a logistic curve for all points, moved a little for each.

    In log odds, `slope · x + covered + shift` for 'covered' and `slope · x + partial + shift` for 'at least partial'.
    `shifts` are by 'rubric/point'.
    """

    slope: float
    covered: float
    partial: float
    shifts: dict[str, float] = {}

    def __call__(self, probability: float, key: str) -> tuple[float, float]:
        """The probabilities that this grader says 'covered', and that they say at least 'partial'."""
        moved = self.slope * log_odds(probability) + self.shifts.get(key, 0.0)
        return _share(moved + self.covered), _share(moved + max(self.covered, self.partial))


class Gain(_Frozen):
    """What one part changed on answers it had not seen: shares of verdicts in agreement, 0–1, with a 95 % interval."""

    part: Part
    verdicts: int
    before: float
    after: float
    gain: float
    low: float | None
    high: float | None
    kept: bool
    note: str = ""


class Calibration(_Frozen):
    """All that was learned for one judge."""

    version: Literal[1] = 1
    judge: JudgeInfo
    answers: int = 0
    rubrics: tuple[RubricCalibration, ...] = ()
    map: ProbabilityMap | None = None
    gains: tuple[Gain, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """12 hex digits of all that can change a verdict; how much it helped is not part of that."""
        said = self.model_dump(mode="json", exclude={"gains", "answers", "judge"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]

    def of(self, rubric: Rubric) -> RubricCalibration | None:
        """What was learned about this rubric, None where nothing was.

        Raises:
            CalibrationError: the rubric has changed since.

        """
        found = next((each for each in self.rubrics if each.rubric == rubric.id), None)
        if found is not None and not found.fits(rubric):
            raise CalibrationError(
                f"The rubric {rubric.id!r} has changed since the calibration was learned ({found.hash}, now "
                f"{rubric.hash}). Learn it anew with `interviewer calibrate`, or go on without --calibration."
            )
        return found

    def require(self, judge: JudgeInfo) -> None:
        """Make sure that this was learned for that judge.

        Raises:
            CalibrationError: it was learned for another.

        """
        if (judge.name, judge.model) != (self.judge.name, self.judge.model):
            raise CalibrationError(
                f"The calibration was learned for the judge {self.judge.label}, and this is {judge.label}. Choose that "
                "judge, learn a calibration for this one with `interviewer calibrate`, or go on without --calibration."
            )


def log_odds(probability: float) -> float:
    """`log(p / (1 - p))`, in nats, of a probability kept a little away from 0 and 1."""
    inside = min(max(probability, _SURE), 1 - _SURE)
    return math.log(inside / (1 - inside))


def load_calibration(path: Path) -> Calibration:
    """A calibration from its YAML file.

    Raises:
        CalibrationError: it is none; names the line.

    """
    data = load_yaml(path)
    try:
        return Calibration.model_validate(data)
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(map(str, detail["loc"]))
        raise CalibrationError(
            f"{path}:{line_of(path, detail['loc'])}: {where}: {detail['msg']}. `interviewer calibrate` writes such files."
        ) from None


def dump_calibration(calibration: Calibration) -> str:
    """YAML for a person to read and edit."""
    data = calibration.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump({"version": calibration.version, **data}, sort_keys=False, allow_unicode=True, width=110)


class Setting(_Frozen):
    """How a calibration is learned: folds of the cross-validation, examples a question, pull of points to the whole.

    The pull is a precision: 4 expects points to differ from the whole by half a unit of log odds.
    """

    folds: int = Field(default=4, ge=2)
    examples: int = Field(default=4, ge=1)
    pull: float = Field(default=4.0, gt=0)


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
