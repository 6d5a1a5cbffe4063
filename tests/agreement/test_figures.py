from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.agreement.bootstrap import Figure, Resampling
from interviewer.agreement.figures import score_figures, verdict_figures

labels = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30)


def test_known_values():
    human, judge = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1, 1]), np.array([0, 0, 1, 0, 1, 1, 1, 1, 1, 1])
    figures = verdict_figures(human, judge, 2)
    assert figures["accuracy"] == pytest.approx(0.8)
    assert figures["f1"] == pytest.approx(6 / 7)
    assert figures["kappa"] == pytest.approx((0.8 - 0.58) / (1 - 0.58))
    assert figures["alpha"] == pytest.approx(1 - (4 / 20) * 19 * 20 / (2 * 6 * 14))


@given(labels)
def test_perfect_agreement_is_1_or_undefined_and_never_more(pairs: list[tuple[int, int]]):
    human, judge = np.array(pairs).T
    same = verdict_figures(human, human, 3)
    assert same["accuracy"] == 1
    assert np.isnan(same["kappa"]) == (len(set(human)) == 1)
    for value in verdict_figures(human, judge, 3).values():
        assert np.isnan(value) or value <= 1 + 1e-9


def test_scores_that_agree_in_order_only_show_it():
    human, judge = np.array([0.0, 50.0, 100.0]), np.array([10.0, 30.0, 35.0])
    figures = score_figures(human, judge, 10)
    assert figures["spearman"] == pytest.approx(1)
    assert figures["pearson"] < 1
    assert figures["mean_error"] == pytest.approx((10 + 20 + 65) / 3)
    assert np.isnan(score_figures(human, np.zeros(3), 10)["pearson"]), "a judge that always says the same"


def mean_of(values: np.ndarray) -> Resampling:
    return lambda rows: {"mean": float(values[rows].mean())}  # type: ignore[return-value]  # a function, not a Resampling


def test_an_interval_holds_the_value_and_is_the_same_for_the_same_seed():
    values = np.random.default_rng(1).random(50)
    one, other = (Resampling(200, seed=3).of(mean_of(values), np.arange(50))["mean"] for _ in range(2))
    assert one == other
    assert one.low < one.value < one.high


def test_verdicts_on_one_answer_are_drawn_together_so_copies_add_no_certainty():
    values = np.random.default_rng(1).random(40)
    alone = Resampling(400).of(mean_of(values), np.arange(40))["mean"]
    copied = Resampling(400).of(mean_of(np.repeat(values, 10)), np.repeat(np.arange(40), 10))["mean"]
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low)


def test_one_answer_has_no_interval_and_an_undefined_figure_no_value():
    assert Resampling(10).of(mean_of(np.ones(3)), np.zeros(3))["mean"] == Figure(value=1.0)
    undefined = Resampling(10).of(lambda rows: {"x": float("nan")}, np.arange(3))["x"]
    assert undefined == Figure(value=None)
    assert f"{undefined:.2f}" == "–"
    assert f"{Figure(value=0.5, low=0.25, high=0.75):.2f}" == "0.50 [0.25, 0.75]"
