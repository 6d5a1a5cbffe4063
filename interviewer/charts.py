"""Charts as SVG that needs nothing else: a line of scores over time, bars of scores by name. Pure.

Each has a title and a description for who does not see it; colours come from the page's CSS classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH = 640
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 16, 14, 30
_ROW = 30
_NAMES = 200


def line_chart(scores: Sequence[tuple[str, float]], name: str, title: str, height: int = 200) -> str:
    """Scores in 0–100, each with its label, as a line; `name` is the chart's id in the page."""
    across, down = WIDTH - _LEFT - _RIGHT, height - _TOP - _BOTTOM
    step = across / max(1, len(scores) - 1)
    places = [(_LEFT + n * step, _TOP + down * (1 - score / 100)) for n, (_, score) in enumerate(scores)]
    drawn = []
    for level in (0, 25, 50, 75, 100):
        y = _TOP + down * (1 - level / 100)
        drawn += [
            f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}"/>',
            f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{level}</text>',
        ]
    drawn.append(f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
    drawn += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places[:-1]]
    if places:
        x, y = places[-1]
        drawn.append(f'<circle class="dot now" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        first, last = escape(scores[0][0]), escape(scores[-1][0])
        drawn.append(f'<text class="tick" x="{_LEFT}" y="{height - 8}">{first}</text>')
        if len(scores) > 1:
            drawn.append(f'<text class="tick" x="{WIDTH - _RIGHT}" y="{height - 8}" text-anchor="end">{last}</text>')
    told = "; ".join(f"{label}: {score:g}" for label, score in scores)
    return _svg(name, title, told, height, drawn)


def bar_chart(scores: Sequence[tuple[str, float]], name: str, title: str) -> str:
    """Scores in 0–100 as horizontal bars, each with its name before and its value after it."""
    height = _ROW * len(scores) + 8
    across = WIDTH - _NAMES - 60
    drawn = []
    for n, (label, score) in enumerate(scores):
        y = n * _ROW + 6
        drawn += [
            f'<text class="label" x="{_NAMES - 10}" y="{y + 15}" text-anchor="end">{escape(_short(label))}</text>',
            f'<rect class="track" x="{_NAMES}" y="{y}" width="{across}" height="20" rx="3"/>',
            f'<rect class="bar" x="{_NAMES}" y="{y}" width="{across * score / 100:.1f}" height="20" rx="3"/>',
            f'<text class="label" x="{_NAMES + across + 8}" y="{y + 15}">{score:g}</text>',
        ]
    return _svg(name, title, "; ".join(f"{label}: {score:g}" for label, score in scores), height, drawn)


def _svg(name: str, title: str, told: str, height: int, drawn: Sequence[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def _short(label: str) -> str:
    return label if len(label) <= 26 else f"{label[:25]}…"
