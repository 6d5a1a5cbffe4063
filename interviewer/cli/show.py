"""How things look in a terminal: grades, answers with their evidence, tables. Plain text when piped."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from interviewer.feedback import note
from interviewer.highlight import pieces
from interviewer.judgement import Verdict

if TYPE_CHECKING:
    from interviewer.rubric import Rubric
    from interviewer.scoring import Grade

_BLANKS_AT_END = re.compile(r"[ \t]+(?=\n)")
_LOOKS = {
    Verdict.COVERED: ("✓", "green"),
    Verdict.PARTIAL: ("~", "yellow"),
    Verdict.MISSING: ("✗", "red"),
    Verdict.CONTRADICTED: ("!", "bold red"),
    Verdict.UNGRADED: ("?", "magenta"),
}


class _Trimmed(io.StringIO):
    """Standard output without the blanks that a layout leaves at the end of its lines."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property in the standard library too
        return sys.stdout.encoding

    def write(self, text: str) -> int:
        sys.stdout.write(_BLANKS_AT_END.sub("", text))
        return len(text)

    def flush(self) -> None:
        sys.stdout.flush()


class _Console(Console):
    """Whoever reads the output may stop reading: that ends the program quietly, in the one place where it exits."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def console() -> Console:
    """Standard output as a terminal, or a plain stream of up to 100 columns without blanks at the ends of lines."""
    out = _Console(highlight=False, soft_wrap=False)
    return out if out.is_terminal else _Console(highlight=False, soft_wrap=False, width=100, file=_Trimmed())


def as_json(data: Any) -> str:
    """One JSON document, as a person can read it too."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def print_json(data: Any) -> None:
    """One JSON document on standard output, in UTF-8 whatever the terminal's encoding."""
    text = as_json(data)
    sys.stdout.buffer.write(text.encode("utf-8")) if hasattr(sys.stdout, "buffer") else sys.stdout.write(text)
    sys.stdout.flush()


def grade_as_data(grade: Grade, said: str, trust: str = "") -> dict[str, Any]:
    """The contract of `score --json`."""
    return {
        "rubric": grade.rubric,
        "score": grade.score,
        "points": [
            {
                "id": j.point,
                "verdict": j.verdict.value,
                "evidence": [span.model_dump() for span in j.evidence],
                "reason": j.reason,
                "probability": j.probability,
                "items": list(j.items),
                "shares": j.shares,
            }
            for j in grade.judgements
        ],
        "ungraded": list(grade.ungraded),
        "stable": None if grade.stable is None else list(grade.stable),
        "feedback": said,
        "flags": list(grade.flags),
        "judged_weight": grade.judged_weight,
        "total_weight": grade.total_weight,
        "judge": {**grade.judge.model_dump(), "trust": trust},
        "hashes": {"rubric": grade.rubric_hash, "answer": grade.answer_hash, "prompt": grade.judge.prompt},
        "usage": grade.usage.model_dump(),
    }


def show_grade(out: Console, rubric: Rubric, grade: Grade, said: str, trust: str, answer: str = "") -> None:
    """The answer with its evidence marked, if it is given, and each point with its verdict and what is lacking.

    Then the score, the feedback and how far to trust it.
    """
    if any(judgement.evidence for judgement in grade.judgements) and answer:
        out.print(Padding(highlighted(answer, grade), (0, 0, 1, 2)))
    for number, judgement in enumerate(grade.judgements, 1):
        point = rubric[judgement.point]
        mark, colour = _LOOKS[judgement.verdict]
        head = Table.grid()  # two columns, so that a long statement goes on under its own beginning
        head.add_column(width=15, no_wrap=True)
        head.add_row(
            Text(f"{mark} {judgement.verdict.value}", colour),
            Text.assemble(f"{number}. ", (point.statement, "bold")),
        )
        out.print(Padding(head, (0, 0, 0, 2)))
        for span in judgement.evidence:
            out.print(Padding(Text(f"“{one_line(span.text)}”", style="italic cyan"), (0, 0, 0, 17)))
        if not judgement.is_stable:
            votes = ", ".join(f"{verdict} {share:.0%}" for verdict, share in judgement.shares.items())
            out.print(Padding(Text(f"The panel: {votes}", style="dim"), (0, 0, 0, 17)))
        if said_of_it := note(point, judgement):
            out.print(Padding(Text(said_of_it, style="dim"), (0, 0, 0, 17)))
    out.print()
    out.print(score_line(grade))
    if grade.flags:
        out.print(Text(f"Worth a look by a person: {'; '.join(grade.flags)}.", style="yellow"))
    out.print(escape(said))
    out.print(Text(trust, style="dim"))


def score_line(grade: Grade) -> Text:
    """'Score 62.5 of 100', with the ungraded points and the denominator where some are."""
    if grade.score is None:
        text = Text("No score: no point could be judged.", style="bold magenta")
    else:
        text = Text.assemble(("Score ", "bold"), (f"{grade.score:g}", "bold cyan"), (" of 100", "bold"))
    if grade.stable is not None:
        text.append(f", stable on {len(grade.stable)} of {len(grade.judgements)} points")
    if grade.ungraded:
        text.append(
            f"  (over {grade.judged_weight:g} of {grade.total_weight:g} points of weight; "
            f"ungraded: {', '.join(grade.ungraded)})",
            style="magenta",
        )
    return text


def highlighted(text: str, grade: Grade) -> Text:
    """The answer with its evidence in the colour of the verdict, and after it the number of the point."""
    shown = Text()
    for piece in pieces(text, grade):
        shown.append(piece.text, f"underline {_LOOKS[piece.verdict][1]}" if piece.verdict else "")
        shown.append("".join(f"[{number}]" for number in piece.ends), "dim")
    return shown


def table(*columns: str, whole: Collection[str] = ()) -> Table:
    """An empty table in the house look; the cells of the columns `whole`, ids for example, are never broken."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in whole)
    return made


def bar(share: float, width: int = 16) -> str:
    """A share in 0–1 as a bar of up to `width` characters."""
    full = round(max(0.0, min(1.0, share)) * width)
    return "█" * full + "░" * (width - full)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())
