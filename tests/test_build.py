from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import FakeServer

from interviewer.build import build_bank
from interviewer.check import check_bank
from interviewer.errors import InputError
from interviewer.rubric import Bank
from interviewer.settings import Settings

GUIDE = "# Tea\n\n## Basics\n\n### How is tea made?\n\nBoil water, warm the pot, and wait five minutes.\n"
OFFLINE = Settings(_env_file=None)


def reply(**changes: Any) -> dict[str, Any]:
    point = {
        "id": "boil",
        "statement": "The water has to boil first.",
        "kind": "core",
        "weight": 2,
        "items": [],
        "need": None,
        "partial": None,
        "excludes": [],
        "follow_up": "What comes before anything else?",
        "explanation": "Only then do the leaves open.",
    }
    return {
        "id": "tea-making",
        "question": "x?",
        "level": "beginner",
        "style": "knowledge",
        "points": [point | changes],
    }


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guide.md"
    path.write_text(GUIDE)
    return path


def test_without_a_model_a_draft_is_written_whose_only_fault_is_to_be_one(guide: Path, tmp_path: Path):
    built = build_bank(guide, tmp_path / "bank", OFFLINE)
    (rubric,) = Bank.load(tmp_path / "bank")
    assert built.drafts == [rubric.id]
    assert rubric.draft
    assert rubric.question == "How is tea made?"
    assert len(rubric.points) == 3
    (fault,) = check_bank(tmp_path / "bank")
    assert "this is a draft" in fault.message


def test_with_a_model_one_call_makes_one_rubric_with_the_guides_own_question(
    guide: Path, tmp_path: Path, server: FakeServer
):
    server.replies(reply())
    built = build_bank(guide, tmp_path / "bank", server.settings(), http_client=server.http_client)
    (rubric,) = Bank.load(tmp_path / "bank")
    assert (rubric.id, rubric.question, rubric.draft) == ("tea-making", "How is tea made?", False)
    assert built.drafts == []
    assert "Boil water, warm the pot" in server.requests[0]["messages"][0]["content"]


def test_a_rubric_that_fails_the_check_is_asked_for_again_with_the_faults(
    guide: Path, tmp_path: Path, server: FakeServer
):
    server.replies(reply(follow_up="Must the water boil first?")).replies(reply())
    build_bank(guide, tmp_path / "bank", server.settings(), http_client=server.http_client)
    assert "gives the point away" in server.requests[1]["messages"][-1]["content"]


def test_a_guide_for_which_the_model_fails_twice_becomes_a_draft_and_says_so(
    guide: Path, tmp_path: Path, server: FakeServer
):
    server.replies("nonsense").replies(reply(weight=99))
    built = build_bank(guide, tmp_path / "bank", server.settings(), http_client=server.http_client)
    assert len(built.drafts) == 1
    assert "weight" in built.warnings[0]


def test_a_bank_that_exists_is_left_alone(guide: Path, tmp_path: Path):
    build_bank(guide, tmp_path / "bank", OFFLINE)
    with pytest.raises(InputError, match="already holds a bank"):
        build_bank(guide, tmp_path / "bank", OFFLINE)


@pytest.mark.parametrize(
    ("name", "text", "title", "sections"),
    [
        ("g.txt", "Why tea?\n\nIt is warm.", "Bank g", ["General"]),
        ("guide.md", "## AI\n\nIt is warm.\n\n## Ai\n\nIt is cold.", "guide", ["Section AI", "Section Ai"]),
        ("guide.md", f"## {'long ' * 60}\n\nIt is warm.", "guide", [("long " * 40).strip()]),
    ],
)
def test_titles_too_short_or_too_long_for_a_bank_are_made_to_fit(
    tmp_path: Path, name: str, text: str, title: str, sections: list[str]
):
    (tmp_path / name).write_text(text)
    build_bank(tmp_path / name, tmp_path / "bank", OFFLINE)
    bank = Bank.load(tmp_path / "bank")
    assert bank.title == title
    assert [section.title for section in bank.sections] == sections
    assert len({section.id for section in bank.sections}) == len(sections)


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("", None, "No answer guide"),
        (GUIDE, "ab", "'ab' is too short"),
        ("Why?\n\nIt is warm.\n\nHow?\n\n…", None, "line 7"),
    ],
)
def test_nothing_is_written_before_all_is_known_to_be_valid(
    guide: Path, tmp_path: Path, text: str, title: Any, said: str
):
    guide.write_text(text)
    with pytest.raises(InputError, match=said):
        build_bank(guide, tmp_path / "bank", OFFLINE, title=title)
    assert not (tmp_path / "bank").exists()
