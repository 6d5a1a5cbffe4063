from __future__ import annotations

import pytest

from interviewer.calibration.fit import Seen, fit_map
from interviewer.judgement import Verdict

NO, HALF, YES = Verdict.MISSING, Verdict.PARTIAL, Verdict.COVERED


def test_a_stricter_grader_moves_the_line():
    seen = [Seen("tea/boil", p / 20, YES if p > 15 else NO) for p in range(21)] * 4
    mapping = fit_map(seen, pull=4)
    assert mapping(0.9, "tea/boil")[0] > 0.5 > mapping(0.6, "tea/boil")[0]


def test_where_the_judge_is_right_already_probabilities_stay_about_what_they_were():
    seen = [Seen("tea/boil", p / 10, YES if n < p else NO) for p in range(1, 10) for n in range(10)]
    mapping = fit_map(seen, pull=4)
    for p in (0.2, 0.5, 0.8):
        assert mapping(p, "tea/boil")[0] == pytest.approx(p, abs=0.05)


def test_partial_lies_between():
    seen = [Seen("tea/boil", p / 20, YES if p > 14 else HALF if p > 7 else NO) for p in range(21)] * 4
    covered, begun = fit_map(seen, pull=4)(0.5, "tea/boil")
    assert covered < 0.5 < begun


def test_a_point_with_few_labels_stays_near_the_whole_and_one_with_many_goes_its_own_way():
    common = [Seen("tea/boil", p / 20, YES if p > 10 else NO) for p in range(21)] * 10
    few = [*common, *[Seen("tea/pot", 0.9, NO)] * 2]
    many = [*common, *[Seen("tea/pot", 0.9, NO)] * 60]
    assert fit_map(few, pull=4)(0.9, "tea/pot")[0] > fit_map(many, pull=4)(0.9, "tea/pot")[0]
    assert fit_map(few, pull=4)(0.9, "tea/pot")[0] > 0.5
