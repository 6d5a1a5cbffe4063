from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from interviewer.charts import WIDTH, bar_chart, line_chart

SCORES = st.lists(st.tuples(st.text("ab<&\"'", max_size=40), st.floats(0, 100)), max_size=20)


@given(SCORES)
def test_a_chart_is_well_formed_and_within_its_frame(scores: list[tuple[str, float]]):
    for chart in (line_chart(scores, "a", "A & b"), bar_chart(scores, "b", "A & b")):
        root = ET.fromstring(chart)  # noqa: S314  # our own output
        height = float(root.get("viewBox", "").split()[3])
        for dot in root.iter("{*}circle"):
            assert 0 <= float(dot.get("cx", "")) <= WIDTH
            assert 0 <= float(dot.get("cy", "")) <= height
        assert all(float(bar.get("width", "")) >= 0 for bar in root.iter("{*}rect"))


def test_a_better_score_stands_higher():
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', line_chart([("a", 20), ("b", 90)], "t", "T"))]
    assert heights[0] > heights[1]


def test_the_values_are_told_in_words():
    assert '<desc id="t-desc">1 May: 20; 2 May: 90.5</desc>' in line_chart([("1 May", 20), ("2 May", 90.5)], "t", "T")
    assert "<desc id=" in bar_chart([("Basics", 1)], "s", "T")
