"""A run's summary as one HTML page that needs nothing beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

TEMPLATE = Path(__file__).parent.parent / "_data" / "batch_report.html.j2"


def render_report(summary: dict[str, Any], about: dict[str, Any]) -> str:
    """The page. `about` says who judged and what it cost: `judge`, `trust`, `cost`, `source`."""
    loader = jinja2.FileSystemLoader(TEMPLATE.parent)
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return pages.get_template(TEMPLATE.name).render(summary=summary, about=about)
