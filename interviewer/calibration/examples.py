"""Which labelled answers a judge is shown: few, and between them every verdict on every point. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.agreement.labels import LabelledAnswer
from interviewer.calibration.kept import Example


def choose_examples(answers: Sequence[LabelledAnswer], most: int) -> tuple[Example, ...]:
    """At most `most` answers, each bringing the most verdicts that were not yet shown; of equals the shorter one.

    A verdict shown once counts half when shown again, so that rare verdicts come first and common ones still count.
    """
    left = sorted((a for a in answers if a.verdicts), key=lambda a: (len(a.text), a.key))
    shown: dict[tuple[str, str], int] = {}
    chosen: list[Example] = []
    while left and len(chosen) < most:
        best = max(left, key=lambda a: sum(0.5 ** shown.get(pair, 0) for pair in a.verdicts.items()))
        left.remove(best)
        for pair in best.verdicts.items():
            shown[pair] = shown.get(pair, 0) + 1
        chosen.append(Example(answer=best.text, verdicts=best.verdicts))
    return tuple(chosen)
