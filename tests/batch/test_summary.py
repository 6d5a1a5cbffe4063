from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from interviewer.batch.summary import coverage, distribution, hardest


def test_a_distribution_has_mean_quartiles_and_ten_bins():
    assert distribution(Counter({0.0: 1, 50.0: 2, 100.0: 1})) == {
        "scored": 4,
        "mean": 50.0,
        "quartiles": [0.0, 50.0, 50.0],
        "histogram": [1, 0, 0, 0, 0, 2, 0, 0, 0, 1],
    }


def test_no_scores_have_no_mean():
    assert distribution(Counter())["mean"] is None


@given(st.lists(st.integers(0, 1000).map(lambda n: n / 10), min_size=1))
def test_every_score_is_in_one_bin_and_quartiles_are_scores(scores: list[float]):
    found = distribution(Counter(scores))
    assert sum(found["histogram"]) == len(scores)
    assert set(found["quartiles"]) <= set(scores)
    assert found["quartiles"] == sorted(found["quartiles"])


def test_coverage_leaves_the_ungraded_out_of_the_credit():
    found = coverage(Counter({"covered": 1, "partial": 2, "missing": 1, "ungraded": 6}))
    assert (found["judged"], found["credit"], found["ungraded"]) == (4, 0.5, 6)


def test_the_hardest_points_come_first_and_bonus_points_are_not_among_them():
    points = [
        {"id": "easy", "kind": "core", "credit": 0.9, "judged": 5},
        {"id": "hard", "kind": "core", "credit": 0.1, "judged": 5},
        {"id": "extra", "kind": "bonus", "credit": 0.0, "judged": 5},
        {"id": "never", "kind": "core", "credit": None, "judged": 0},
    ]
    assert [p["id"] for p in hardest([{"question": "q", "points": points}])] == ["hard", "easy"]
