"""How sure a model is and how often it is right: by tenths of the probability given, as a table and as a drawing (SVG)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FEWEST = 10
_SIZE, _EDGE = 320, 44


class Tenth(NamedTuple):
    """Verdicts whose probability lies in one tenth: from where, how many, the mean probability, the share right."""

    low: float
    count: int
    given: float
    right: float


def tenths(given: NDArray[np.float64], right: NDArray[np.bool_]) -> list[Tenth]:
    """The tenths that hold at least `FEWEST` verdicts, the least certain first."""
    place = np.minimum((given * 10).astype(int), 9)
    kept = [n for n in range(10) if (place == n).sum() >= FEWEST]
    return [Tenth(n / 10, int((place == n).sum()), given[place == n].mean(), right[place == n].mean()) for n in kept]


def calibration_error(found: list[Tenth]) -> float:
    """The expected calibration error (Naeini et al. 2015): the mean distance of the two, weighted by verdicts."""
    return sum(t.count * abs(t.given - t.right) for t in found) / sum(t.count for t in found)


def table(found: list[Tenth]) -> str:
    head = ["| probability given | verdicts | mean probability | share right |", "|---|--:|--:|--:|"]
    return "\n".join(
        [*head, *(f"| {t.low:.1f}–{t.low + 0.1:.1f} | {t.count} | {t.given:.2f} | {t.right:.2f} |" for t in found)]
    )


def diagram(lines: dict[str, list[Tenth]]) -> str:
    """A reliability diagram: one line for each model, and the diagonal on which probabilities mean what they say."""
    side, end = _SIZE - 2 * _EDGE, _SIZE - _EDGE

    def at(t: Tenth) -> tuple[float, float]:
        return _EDGE + side * t.given, end - side * t.right

    drawn = [f'<path d="M{_EDGE} {end}L{end} {_EDGE}" stroke="#888" stroke-dasharray="4 4"/>']
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = _EDGE + side * tick, end - side * tick
        drawn.append(f'<text x="{x:.0f}" y="{end + 16}" text-anchor="middle">{tick:g}</text>')
        drawn.append(f'<text x="{_EDGE - 6}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>')
    for (name, found), colour in zip(lines.items(), ("#1f6feb", "#bf5b17", "#2f8f4e"), strict=False):
        path = "L".join("{:.1f} {:.1f}".format(*at(t)) for t in found)
        drawn.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2"/>')
        for t in found:
            x, y = at(t)
            drawn.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + t.count**0.5 / 5:.1f}" fill="{colour}" stroke="none"/>'
            )
        row = list(lines).index(name)
        drawn.append(f'<text x="{_EDGE + 8}" y="{_EDGE + 12 + 15 * row}" fill="{colour}">{name}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" width="{_SIZE}" role="img"',
            'font-family="sans-serif" font-size="11" fill="none">',
            "<title>Reliability: probability given (across) and share of verdicts that were right (up)</title>",
            f'<rect width="{_SIZE}" height="{_SIZE}" fill="#fff"/>',
            f'<rect x="{_EDGE}" y="{_EDGE}" width="{side}" height="{side}" stroke="#ccc"/>',
            '<g fill="#333">' + "".join(d for d in drawn if d.startswith("<text") and 'fill="' not in d) + "</g>",
            *(d for d in drawn if not d.startswith("<text") or 'fill="' in d),
            f'<text x="{_SIZE / 2}" y="{_SIZE - 8}" text-anchor="middle" fill="#333">probability given</text>',
            f'<text x="12" y="{_SIZE / 2}" text-anchor="middle" fill="#333" transform="rotate(-90 12 {_SIZE / 2})">share right</text>',
            "</svg>",
            "",
        ]
    )
