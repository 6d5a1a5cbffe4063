from __future__ import annotations

import asyncio
import io

import pytest

from interviewer.cli.pipe import Pipe
from interviewer.cli.replies import Act, Prompt, minutes
from interviewer.errors import InputError


def replies(data: bytes, count: int = 3) -> list[tuple[Act, str]]:
    pipe = Pipe(io.BytesIO(data))

    async def read() -> list[tuple[Act, str]]:
        found = [await pipe(Prompt()) for _ in range(count)]
        return [(reply.act, reply.text) for reply in found]

    return asyncio.run(read())


def test_answers_end_with_a_line_of_dashes_or_with_the_input():
    assert replies(b"One\nand more.\n---\nTwo.") == [
        (Act.ANSWER, "One\nand more.\n"),
        (Act.ANSWER, "Two."),
        (Act.END, ""),
    ]


def test_an_empty_answer_is_an_answer_and_a_slash_asks_for_something_else():
    assert replies(b"---\n /skip \n---\n/hint\n", 3) == [(Act.ANSWER, ""), (Act.SKIP, ""), (Act.HINT, "")]


def test_a_byte_order_mark_is_no_part_of_the_answer():
    assert replies("\ufeffOne.\n---\n".encode(), 1) == [(Act.ANSWER, "One.\n")]


def test_text_that_is_not_utf8_names_its_line():
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        replies(b"ok\ncaf\xe9\n---\n")


def test_what_comes_after_the_time_is_kept_as_time_over():
    reply = asyncio.run(Pipe(io.BytesIO(b"late\n---\n"))(Prompt(left=(-1.0, 5.0))))
    assert (reply.act, reply.text) == (Act.TIME_OVER, "late\n")


def test_a_clock_shows_minutes_and_seconds():
    assert [minutes(seconds) for seconds in (95, 59.9, 0, -3)] == ["1:35", "0:59", "0:00", "0:00"]
