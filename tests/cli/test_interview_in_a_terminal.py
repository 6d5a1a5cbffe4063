"""A whole interview as a person has it: typed into a pseudo-terminal, broken off, gone on with, looked at again."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pexpect
import pytest
from terminal import BACK, DONT_KNOW, END, HINT, INTERRUPT, SEND, SKIP, Terminal

from interviewer.history import History

Cli = Callable[..., Any]
TEXT = "DICOM is the standard format that every scanner and hospital uses."


def history(tmp_path: Path) -> History:
    return History.open(tmp_path / "home" / "data" / "interviewer", datetime.now(UTC))


def test_an_interview_from_the_first_question_to_the_last_score(tmp_path: Path, cli: Cli):
    terminal = Terminal("practice", "-q", "dicom-format", "-q", "u-net", "-q", "grad-cam")
    terminal.shows("Question 1 of 3", "DICOM")
    terminal.at_prompt()
    terminal.types("We use it.", HINT)
    terminal.shows("Hint: A full answer makes 4 points")
    terminal.at_prompt("We use it.")  # what was typed is still there
    terminal.child.setwinsize(24, 60)
    terminal.types("\x1b[200~ \x07\x1b[31mred\x00 " + "Scanner words. " * 7000 + "\x1b[201~", SEND)  # 100 kB pasted
    terminal.shows("Thank you, ", "?")
    terminal.at_prompt()
    terminal.types(DONT_KNOW)
    terminal.shows("That is all right.", "?")
    terminal.at_prompt()
    terminal.types(TEXT, SEND)
    terminal.shows("Score ", "Question 2 of 3")
    terminal.at_prompt()
    terminal.types(BACK)
    terminal.shows("Question 1 of 3")
    terminal.at_prompt()
    terminal.types(SKIP)
    terminal.shows("skipped", "Question 2 of 3")
    terminal.at_prompt()
    terminal.types("It has an encoder and a decoder.", END)
    terminal.shows("Score ", "Mean score", "interviewer show 1")
    assert terminal.ends() == 0

    (session,) = history(tmp_path).sessions()
    assert [question.outcome.value for question in session.questions] == ["skipped", "answered"]
    assert session.questions[1].text == "It has an encoder and a decoder."
    assert session.ended
    shown = cli("show", "1").stdout
    assert "It has an encoder and a decoder." in shown
    assert "(skipped)" in shown


def test_ctrl_c_keeps_what_was_typed_and_resume_goes_on_with_it(tmp_path: Path):
    terminal = Terminal("practice", "-q", "dicom-format", "-q", "u-net", "--follow-ups", "0")
    terminal.at_prompt()
    terminal.types(TEXT, SEND)
    terminal.shows("Question 2 of 2")
    terminal.at_prompt()
    terminal.types("An encoder")
    terminal.shows("An encoder")
    terminal.types(INTERRUPT)
    terminal.shows("interviewer resume 1")
    assert terminal.ends() == 130
    terminal = Terminal("resume")
    terminal.shows("Question 2 of 2")
    terminal.at_prompt("An encoder")
    terminal.types(" and a decoder.", SEND)
    terminal.shows("Mean score")
    assert terminal.ends() == 0
    assert [question.text for question in history(tmp_path).session(1).questions] == [TEXT, "An encoder and a decoder."]


@pytest.mark.slow
def test_an_exam_counts_down_keeps_what_was_typed_and_gives_feedback_at_the_end(tmp_path: Path):
    terminal = Terminal("practice", "-q", "dicom-format", "-q", "u-net", "--exam", "--minutes", "0.08")
    terminal.shows("Question 1 of 2")
    terminal.at_prompt(line="left for this question")
    terminal.types("DICOM is ")
    terminal.shows("Time is over", "Question 2 of 2")
    terminal.at_prompt(line="left for this question")
    terminal.types("An encoder and a decoder", END)
    terminal.shows("DICOM", "Score ", "U-Net", "Score ", "Mean score")
    assert terminal.ends() == 0
    (session,) = history(tmp_path).sessions()
    assert [turn.kind.value for turn in session.questions[0].turns] == ["time-over"]
    assert session.questions[0].text == "DICOM is "


ANSWERS = ("First an encoder is used.", "Then skip connections matter.", "A decoder restores the size.")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_any_moment_a_session_is_resumed_with_all_that_was_said(tmp_path: Path, seed: int):
    """Type answers key by key, kill -9 after a random number of keys and milliseconds, resume, and finish."""
    chance = random.Random(seed)  # moments to die at, not a secret
    keys = [key for answer in ANSWERS for key in (*answer, SEND)]
    stop = chance.randrange(len(keys))
    terminal = Terminal("practice", "-q", "u-net", "-q", "dicom-format")
    terminal.at_prompt()
    seen = ""
    for key in keys[:stop]:
        terminal.types(key)
        if key == SEND:
            seen = ""
            terminal.at_prompt()
        else:
            seen += key
            terminal.sees(seen.rstrip())  # on the screen, so on the disk
    terminal.types(*keys[stop : stop + chance.randrange(3)])  # and a few that may or may not arrive
    with pytest.raises(pexpect.TIMEOUT):
        terminal.child.expect_exact("never shown", timeout=chance.random() / 2)
    os.kill(terminal.child.pid, signal.SIGKILL)
    terminal.child.close()

    kept = history(tmp_path)
    session = kept.session(1)
    said = [turn.text for question in session.questions for turn in question.turns]
    sent = [key for key in keys[:stop] if key == SEND]
    assert said[: len(sent)] == list(ANSWERS[: len(sent)]), "every answer that was sent is there"
    draft = kept.draft(1)
    typing = draft.text if draft else ""
    assert typing.startswith(seen) or len(said) > len(sent), "every key that was seen is there"

    terminal = Terminal("resume")
    terminal.at_prompt(typing.rstrip())
    terminal.types("!", END)
    terminal.shows("Mean score")
    assert terminal.ends() == 0
    session = history(tmp_path).session(1)
    again = [turn.text for question in session.questions for turn in question.turns]
    assert again == [*said, f"{typing}!"]
    assert session.ended
    assert session.grades


@pytest.mark.slow
def test_two_sessions_at_once_are_both_kept(tmp_path: Path, cli: Cli):
    terminals = [Terminal("practice", "-q", "u-net", "--follow-ups", "0") for _ in range(2)]
    for n, terminal in enumerate(terminals):
        terminal.at_prompt()
        terminal.types(f"Answer {n}: an encoder and a decoder.", SEND)
    for terminal in terminals:
        terminal.shows("Mean score")
        assert terminal.ends() == 0
    listed = json.loads(cli("sessions", "--json").stdout)
    assert [session["id"] for session in listed] == [1, 2]
    texts = {session.questions[0].text for session in history(tmp_path).sessions()}
    assert texts == {f"Answer {n}: an encoder and a decoder." for n in range(2)}
