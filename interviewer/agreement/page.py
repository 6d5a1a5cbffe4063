"""One HTML page of an agreement: figures, confusion, reliability, and every disagreement with its text. No network."""

from __future__ import annotations

from pathlib import Path

from interviewer.agreement.bootstrap import Figure
from interviewer.agreement.figures import NAMES
from interviewer.agreement.measure import Agreement
from interviewer.agreement.pairs import ORDER
from interviewer.judgement import Verdict

TEMPLATE = "agreement.html.j2"
MOST_SHOWN = 200


def html_page(agreement: Agreement) -> str:
    """The page; every text of a candidate in it is escaped."""
    import jinja2  # only a page needs it

    folder = Path(__file__).parent.parent / "_data"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    seen = {judge for row in agreement.confusion.values() for judge, count in row.items() if count}
    return environment.get_template(TEMPLATE).render(
        a=agreement,
        titles=[title for title, _ in blocks(agreement)],
        rows=rows(agreement),
        columns=[verdict for verdict in (*ORDER, Verdict.UNGRADED) if verdict in seen | set(agreement.classes)],
        most=MOST_SHOWN,
        shown=shown,
    )


def blocks(agreement: Agreement) -> list[tuple[str, dict[str, Figure]]]:
    """The sets of figures that there are, each with its title: covered or not, all verdicts, scores."""
    found = [("covered or not", agreement.covered)] if agreement.n else []
    if len(agreement.classes) > 2:
        found.append((" / ".join(agreement.classes), agreement.verdicts))
    if agreement.scores:
        found.append((f"score ({agreement.scored} answers)", agreement.scores))
    return found


def rows(agreement: Agreement) -> list[tuple[str, list[str]]]:
    """Each figure's name, and how it reads in each of the `blocks`, '' where it has none."""
    found = [figures for _, figures in blocks(agreement)]
    return [
        (called, [shown(name, figures[name]) if name in figures else "" for figures in found])
        for name, called in NAMES.items()
        if any(name in figures for figures in found)
    ]


def shown(name: str, figure: Figure) -> str:
    """'66.3 % [64.3, 68.4]' for an accuracy, '0.25 [0.21, 0.29]' for the rest."""
    if name == "accuracy" and figure.value is not None:
        scaled = [None if value is None else 100 * value for value in (figure.value, figure.low, figure.high)]
        text = f"{Figure(value=scaled[0], low=scaled[1], high=scaled[2]):.1f}"
        return text.replace(" [", " % [", 1) if " [" in text else f"{text} %"
    return f"{figure:.1f}" if name == "mean_error" else f"{figure:.2f}"
