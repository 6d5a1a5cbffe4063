"""The editor's keys, its draft and its clock, without a terminal."""

from __future__ import annotations

import asyncio

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from interviewer.cli.editor import Editor
from interviewer.cli.replies import Act, Prompt, Reply

SEND, CTRL_C, CTRL_D = "\x1b\r", "\x03", "\x04"


def reply(keys: str, prompt: Prompt | None = None) -> Reply:
    with create_pipe_input() as terminal:
        terminal.send_text(keys)
        return asyncio.run(Editor(input=terminal, output=DummyOutput())(prompt or Prompt()))


@pytest.mark.parametrize(
    ("key", "act"),
    [("\x1bOQ", Act.HINT), ("\x1bOR", Act.DONT_KNOW), ("\x1bOS", Act.SKIP), ("\x1b[15~", Act.BACK), (CTRL_D, Act.END)],
)
def test_a_key_asks_for_something_and_keeps_what_was_typed(key: str, act: Act):
    done = reply(f"half an ans{key}")
    assert (done.act, done.text) == (act, "half an ans")


def test_many_lines_are_one_answer():
    done = reply(f"One.\rTwo.{SEND}")
    assert (done.act, done.text) == (Act.ANSWER, "One.\nTwo.")


def test_a_word_with_a_slash_is_a_key_for_terminals_without_it():
    assert reply(f"/skip{SEND}").act is Act.SKIP


def test_a_draft_is_there_to_go_on_with_and_every_change_is_kept():
    kept: list[str] = []
    done = reply(f"er{SEND}", Prompt(draft="Wat", keep=lambda text, _seconds: kept.append(text)))
    assert done.text == "Water"
    assert kept[-1] == "Water"


def test_seconds_of_the_draft_go_on():
    kept: list[float] = []
    reply(f"x{SEND}", Prompt(draft="Wat", begun=40, keep=lambda _text, seconds: kept.append(seconds)))
    assert kept[-1] >= 40


def test_time_over_ends_the_answer_and_keeps_what_was_typed():
    done = reply("half an ans", Prompt(left=(0.3, 10.0)))
    assert (done.act, done.text) == (Act.TIME_OVER, "half an ans")


def test_ctrl_c_breaks_off():
    with pytest.raises(KeyboardInterrupt):
        reply(f"half{CTRL_C}")
