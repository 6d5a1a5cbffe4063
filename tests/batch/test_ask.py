from __future__ import annotations

from interviewer.batch.ask import Calls, billed_model, only_computes
from interviewer.batch.budget import Budget
from interviewer.batch.compute import Computes
from interviewer.batch.grade_file import Grader
from interviewer.batch.pace import Pace
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.judges.panel import PanelJudge
from interviewer.resources import bank_folder
from interviewer.rubric import Bank
from interviewer.settings import DEFAULT_BANK, Settings

LOCAL = LocalJudge(LocalModel.fast())
PANEL = PanelJudge([LOCAL, LOCAL, LOCAL])


def test_a_judge_that_only_computes_bills_nobody():
    assert only_computes(LOCAL)
    assert not only_computes(PANEL)
    assert (billed_model(LOCAL), billed_model(PANEL)) == ("", PANEL.info.model)


def test_a_judge_that_only_computes_is_asked_about_many_answers_at_once():
    bank, settings = Bank.load(bank_folder(DEFAULT_BANK)), Settings(_env_file=None)
    assert isinstance(Grader(bank, LOCAL, settings, Pace(8), Budget()).asks(), Computes)
    assert isinstance(Grader(bank, PANEL, settings, Pace(8), Budget()).asks(), Calls)
