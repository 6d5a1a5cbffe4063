"""Tokens to US dollars, from the tables of `genai-prices`, which ship with it: nothing is fetched."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from interviewer.scoring import Usage

# OpenAI's Batch API costs half of the same calls made one by one: https://platform.openai.com/docs/guides/batch
BATCH_FACTOR = 0.5
_SAMPLE = 1_000  # tokens: prices per token rise for very long requests, which no answer is


@lru_cache(maxsize=32)
def _rates(model: str, base_url: str | None) -> tuple[float, float, float] | None:
    """Dollars per token: input, cached input, output. A server that has no prices of its own: the model's list price."""
    import genai_prices  # its tables take a fifth of a second

    def rates(**place: Any) -> tuple[float, float, float]:
        def per_token(**tokens: int) -> float:
            return float(genai_prices.calc_price(genai_prices.Usage(**tokens), model, **place).total_price) / _SAMPLE

        fresh, cached = {"input_tokens": _SAMPLE}, {"input_tokens": _SAMPLE, "cache_read_tokens": _SAMPLE}
        return per_token(**fresh), per_token(**cached), per_token(output_tokens=_SAMPLE)

    own = [{"provider_api_url": base_url}] if base_url else []
    for place in (*own, {"provider_id": "openai"}, {}):
        with suppress(LookupError):
            return rates(**place)
    return None


def price_of(usage: Usage, model: str, base_url: str | None = None) -> float | None:
    """What a usage costs in US dollars, or None where no price is known for this model."""
    if not model:
        return 0.0
    rates = _rates(model, base_url)
    if rates is None:
        return None
    plain, cached, output = rates
    fresh = usage.input_tokens - usage.cached_tokens
    return fresh * plain + usage.cached_tokens * cached + usage.output_tokens * output
