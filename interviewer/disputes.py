"""Verdicts that a candidate or a coach overruled, in one JSON Lines file that `agreement` and `calibrate` read as labels."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from interviewer.errors import InputError
from interviewer.judgement import Verdict
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo

FILE = "disputes.jsonl"


class Dispute(BaseModel):
    """One verdict overruled: what the judge said, what a person says instead, and why. It holds all that it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: datetime
    by: Literal["candidate", "coach"]
    rubric: Rubric
    answer: str
    point: str
    label: Verdict
    judged: Verdict
    judge: JudgeInfo
    reason: str = ""


def add_dispute(folder: Path, dispute: Dispute) -> Path:
    """Append a dispute to those of this data folder; where they are.

    Raises:
        InputError: the file cannot be written.

    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="utf-8") as file:
            file.write(dispute.model_dump_json() + "\n")
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}. Set INTERVIEWER_DATA_DIR to another folder."
        ) from None
    return path
