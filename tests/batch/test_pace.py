from __future__ import annotations

import asyncio

import pytest

from interviewer.batch.pace import FIRST, Pace, seconds


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, wait: float) -> None:
        self.slept.append(wait)
        self.now += wait


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make_pace(clock: Clock, most: int = 64) -> Pace:
    return Pace(most, clock, clock.sleep)


def test_it_begins_low_and_grows_with_every_success_up_to_the_most(clock):
    pace = make_pace(clock)
    assert pace.limit == FIRST
    for _ in range(200):
        pace.learn(200, {})
    assert pace.limit == 64


def test_a_429_halves_it_at_once_and_once_for_all_that_were_in_flight(clock):
    pace = make_pace(clock, 16)
    for _ in range(5):
        pace.learn(429, {})
    assert pace.limit == 8
    clock.now += 1
    pace.learn(429, {})
    assert pace.limit == 4


def test_after_a_cut_it_comes_back_quickly_to_just_below_and_then_grows_by_one_a_round_trip(clock):
    pace = make_pace(clock, 64)
    for _ in range(24):
        pace.learn(200, {})
    assert pace.limit == 40
    pace.learn(429, {})
    assert pace.limit == 20
    for _ in range(16):
        pace.learn(200, {})
    assert pace.limit == 36
    for _ in range(36):
        pace.learn(200, {})
    assert 36.9 < pace.limit <= 37.0


def test_it_never_falls_below_one(clock):
    pace = make_pace(clock, 2)
    for _ in range(5):
        clock.now += 1
        pace.learn(429, {})
    assert pace.limit == 1


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"retry-after": "7"}, 7.0),
        (429, {"retry-after-ms": "250"}, 0.25),
        (200, {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"}, 90.0),
        (200, {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "15ms"}, 0.015),
        (429, {"retry-after": "86400"}, 120.0),
    ],
)
def test_it_rests_as_long_as_the_server_says(clock, status, headers, wait):
    pace = make_pace(clock)
    pace.learn(status, headers)

    async def enter() -> None:
        async with pace:
            pass

    asyncio.run(enter())
    assert clock.slept == [pytest.approx(wait)]


def test_no_more_than_the_limit_are_in_flight(clock):
    pace = make_pace(clock, 3)
    highest = 0

    async def call() -> None:
        nonlocal highest
        async with pace:
            highest = max(highest, pace.active)
            await asyncio.sleep(0)

    async def all_calls() -> None:
        await asyncio.gather(*(call() for _ in range(20)))

    asyncio.run(all_calls())
    assert (highest, pace.active) == (3, 0)


def test_durations_are_read_as_servers_write_them():
    assert [seconds(text) for text in ("20", "6m0s", "15ms", "1h", "", "soon")] == [20, 360, 0.015, 3600, 0, 0]


def test_limits_that_the_server_speaks_of_are_remembered(clock):
    pace = make_pace(clock)
    pace.learn(200, {"x-ratelimit-limit-requests": "500", "x-ratelimit-limit-tokens": "200000"})
    assert pace.limits == {"requests": "500", "tokens": "200000"}


def test_a_turn_of_a_call_that_is_given_up_goes_to_the_next_and_none_is_called_twice(clock):
    pace = make_pace(clock, 1)
    entered: list[int] = []

    async def call(number: int) -> None:
        async with pace:
            entered.append(number)
            await asyncio.sleep(0)

    async def all_calls() -> None:
        tasks = [asyncio.create_task(call(number)) for number in range(5)]
        while not tasks[0].done():  # noqa: ASYNC110  # step by step: to be there before the second
            await asyncio.sleep(0)
        assert entered == [0], "the second was called, and has not come yet"
        pace.learn(200, {})
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(asyncio.wait_for(all_calls(), 30))
    assert entered == [0, 2, 3, 4]
    assert pace.active == 0
