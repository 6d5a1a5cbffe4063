from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from conftest import FakeServer, make_rubric
from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Answer
from interviewer.errors import InputError
from interviewer.grader import grade_answer
from interviewer.judgement import Judgement, Verdict
from interviewer.judges import make_panel
from interviewer.judges.base import Judge, Judged
from interviewer.judges.panel import PanelJudge, majority
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo, Usage
from interviewer.settings import Settings

RUBRIC = make_rubric()
COVERED, PARTIAL, MISSING, UNGRADED = Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING, Verdict.UNGRADED


class ScriptedJudge:
    """Gives the verdicts that it is told, call by call, and remembers the points that it was asked about."""

    trust = "It reads from a script."

    def __init__(self, name: str, *calls: Sequence[Verdict]) -> None:
        self.info = JudgeInfo(name=name, prompt=f"{name}-prompt")
        self.calls, self.asked = list(calls), []

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        self.asked.append([point.id for point in rubric.points])
        verdicts = dict(zip((point.id for point in RUBRIC.points), self.calls[len(self.asked) - 1], strict=True))
        judgements = tuple(Judgement(point=p.id, verdict=verdicts[p.id], reason=self.info.name) for p in rubric.points)
        return Judged(judgements=judgements, usage=Usage(requests=1))


def judged_by(panel: Judge) -> Judged:
    return asyncio.run(panel.judge(RUBRIC, Answer("Boil it.")))


def test_most_decide_a_tie_is_ungraded_and_the_cost_is_the_sum():
    judge = ScriptedJudge("a", [COVERED, COVERED, PARTIAL], [COVERED, PARTIAL, MISSING], [COVERED, COVERED, COVERED])
    judged = judged_by(PanelJudge([judge], repeat=3))
    assert [j.verdict for j in judged.judgements] == [COVERED, COVERED, UNGRADED]
    assert [j.is_stable for j in judged.judgements] == [True, False, False]
    assert judged.judgements[1].shares == {"covered": 2 / 3, "partial": 1 / 3}
    assert judged.judgements[2].reason == "The panel is divided: 1 partial, 1 missing, 1 covered."
    assert judged.usage.requests == 3


def test_several_judges_sit_on_one_panel_and_the_first_of_the_majority_speaks():
    one, two, three = (ScriptedJudge(n, [v] * 3) for n, v in (("a", MISSING), ("b", COVERED), ("c", COVERED)))
    judged = judged_by(PanelJudge([one, two, three]))
    assert {(j.verdict, j.reason) for j in judged.judgements} == {(COVERED, "b")}


def test_a_panel_of_which_most_cannot_tell_cannot_tell():
    judge = ScriptedJudge("a", [COVERED] * 3, [UNGRADED] * 3, [UNGRADED] * 3)
    assert {j.verdict for j in judged_by(PanelJudge([judge], repeat=3)).judgements} == {UNGRADED}


def test_until_stable_asks_on_only_where_the_first_two_differ():
    judge = ScriptedJudge("a", [COVERED, MISSING, MISSING], [COVERED, COVERED, MISSING], [PARTIAL, COVERED, PARTIAL])
    judged = judged_by(PanelJudge([judge], repeat=3, until_stable=True))
    assert judge.asked == [["boil", "kinds", "pot"], ["boil", "kinds", "pot"], ["kinds"]]
    assert [j.verdict for j in judged.judgements] == [COVERED, COVERED, MISSING]
    assert judged.judgements[0].votes == (COVERED, COVERED)


def test_until_stable_stops_where_the_rest_could_not_change_the_verdict():
    calls = [[COVERED] * 3, [MISSING, COVERED, COVERED], [COVERED] * 3, [COVERED] * 3, [COVERED] * 3]
    judge = ScriptedJudge("a", *calls)
    judged = judged_by(PanelJudge([judge], repeat=5, until_stable=True))
    assert len(judge.asked) == 4
    assert judged.judgements[0].votes == (COVERED, MISSING, COVERED, COVERED)


def test_what_decides_a_panels_verdicts_is_in_its_info():
    one, two = ScriptedJudge("a"), ScriptedJudge("b")
    infos = {
        panel.info
        for panel in (
            PanelJudge([one]), PanelJudge([one, two]), PanelJudge([one], 3), PanelJudge([one], 3, until_stable=True),
        )
    }  # fmt: skip
    assert len(infos) == 4
    assert PanelJudge([one, two], 3).info.label == "panel (a + b, 3 times)"
    assert PanelJudge([one, two]).info.prompt == "a-prompt+b-prompt"


@given(st.lists(st.sampled_from(Verdict), min_size=1, max_size=9))
def test_the_order_of_the_votes_does_not_matter_and_no_minority_wins(verdicts: list[Verdict]):
    votes = [Judgement(point="p", verdict=verdict) for verdict in verdicts]
    chosen = majority(votes).verdict
    assert chosen is majority(votes[::-1]).verdict
    if chosen is not UNGRADED:
        assert all(verdicts.count(chosen) > verdicts.count(other) for other in Verdict if other is not chosen)
    assert majority(votes).is_stable == (len(set(verdicts)) == 1)


def test_a_grade_says_on_which_points_a_panel_was_of_one_mind():
    judge = ScriptedJudge("a", [COVERED] * 3, [COVERED, COVERED, MISSING], [COVERED] * 3)
    grade = asyncio.run(grade_answer(PanelJudge([judge], 3), RUBRIC, "Boil it."))
    assert grade.stable == ("boil", "kinds")
    alone = asyncio.run(grade_answer(ScriptedJudge("a", [COVERED] * 3), RUBRIC, "Boil it."))
    assert alone.stable is None


def test_commas_or_a_repeat_make_a_panel_and_too_few_votes_for_until_stable_are_refused(server: FakeServer):
    settings = server.settings()
    assert make_panel("local", settings).info.name == "local"
    assert make_panel("local, chat:m", settings).info.label.startswith("panel (local")
    assert make_panel("local", server.settings(repeat=2)).info.name == "panel"
    with pytest.raises(InputError, match="--repeat 3"):
        make_panel("local", Settings(_env_file=None, repeat=2, until_stable=True))


def test_score_shows_the_stability(cli: Callable[..., Any]):
    said = "DICOM is the standard format that every scanner and hospital uses."
    out = cli("score", "dicom-format", "--judge", "local", "--repeat", "3", "--until-stable", input=said).stdout
    assert ", stable on 4 of 4 points" in out
    data = json.loads(cli("score", "dicom-format", "--judge", "local", "--repeat", "2", "--json", input=said).stdout)
    assert len(data["stable"]) == 4
    assert data["judge"]["name"] == "panel"
    assert data["points"][0]["shares"] == {data["points"][0]["verdict"]: 1.0}
    assert json.loads(cli("score", "dicom-format", "--json", input=said).stdout)["stable"] is None
