from __future__ import annotations

import pytest

from interviewer.price import price_of
from interviewer.scoring import Usage

USAGE = Usage(requests=1, input_tokens=10_000, cached_tokens=4_000, output_tokens=1_000)


def test_cached_tokens_cost_less_than_fresh_ones():
    fresh = USAGE.model_copy(update={"cached_tokens": 0})
    assert 0 < price_of(USAGE, "gpt-4o-mini") < price_of(fresh, "gpt-4o-mini")


def test_the_price_is_that_of_the_published_list():
    # gpt-4o-mini: $0.15 a million in, $0.075 from the cache, $0.60 out
    assert price_of(USAGE, "gpt-4o-mini") == pytest.approx((6_000 * 0.15 + 4_000 * 0.075 + 1_000 * 0.6) / 1e6)


def test_a_server_without_prices_of_its_own_is_priced_by_its_model():
    assert price_of(USAGE, "gpt-4o-mini", "http://localhost:8000/v1") == price_of(USAGE, "gpt-4o-mini")


def test_an_unknown_model_has_no_price_and_no_model_costs_nothing():
    assert price_of(USAGE, "my-own-model") is None
    assert price_of(USAGE, "") == 0
