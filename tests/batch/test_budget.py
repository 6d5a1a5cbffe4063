from __future__ import annotations

import asyncio

import pytest

from interviewer.batch.budget import Budget
from interviewer.errors import BudgetReached


def test_the_limit_is_never_passed_though_calls_run_at_once():
    budget = Budget(1.0)
    done = 0

    async def call(cost: float) -> None:
        nonlocal done
        async with budget.hold(0.3):
            await asyncio.sleep(0)
            budget.spend(cost)
            done += 1

    async def all_calls() -> list[BaseException | None]:
        return await asyncio.gather(*(call(0.1) for _ in range(20)), return_exceptions=True)

    ended = asyncio.run(all_calls())
    assert budget.spent <= 1.0
    assert done == 8  # the ninth could have cost 0.3 with 0.8 spent
    assert sum(isinstance(error, BudgetReached) for error in ended) == 12


def test_without_a_limit_nothing_is_held_back():
    budget = Budget()

    async def call() -> None:
        async with budget.hold(1e9):
            budget.spend(5)

    asyncio.run(call())
    assert budget.spent == 5


def test_the_message_says_what_was_spent_and_what_to_do():
    async def call() -> None:
        async with Budget(0.01).hold(0.02):
            pass

    with pytest.raises(BudgetReached, match=r"--max-cost \$0\.01.*--resume"):
        asyncio.run(call())
