from __future__ import annotations

from conftest import make_rubric
from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Span
from interviewer.highlight import Piece, pieces
from interviewer.judgement import Judgement, Verdict
from interviewer.scoring import Grade, JudgeInfo, make_grade

RUBRIC = make_rubric()
TEXT = "Boil the water, warm the pot."


def graded(*evidence: tuple[Verdict, str], text: str = TEXT) -> Grade:
    judgements = [
        Judgement(
            point=point.id,
            verdict=verdict,
            evidence=(Span(start=text.index(quote), end=text.index(quote) + len(quote), text=quote),) if quote else (),
        )
        for point, (verdict, quote) in zip(RUBRIC.points, evidence, strict=True)
    ]
    return make_grade(RUBRIC, "0", JudgeInfo(name="x"), judgements)


NOTHING = (Verdict.MISSING, "")


def test_evidence_is_a_piece_of_its_own_with_the_number_of_its_point():
    assert pieces(TEXT, graded((Verdict.COVERED, "Boil the water"), NOTHING, NOTHING)) == [
        Piece("Boil the water", (1,), Verdict.COVERED, (1,)),
        Piece(", warm the pot."),
    ]


def test_where_evidence_overlaps_a_contradiction_shows():
    overlapping = graded((Verdict.COVERED, "Boil the water, warm"), NOTHING, (Verdict.CONTRADICTED, "warm the pot"))
    assert [(p.points, p.verdict, p.ends) for p in pieces(TEXT, overlapping)] == [
        ((1,), Verdict.COVERED, ()),
        ((1, 3), Verdict.CONTRADICTED, (1,)),
        ((3,), Verdict.CONTRADICTED, (3,)),
        ((), None, ()),
    ]


def test_evidence_of_another_text_is_left_out():
    assert pieces("Something else.", graded((Verdict.COVERED, "Boil"), NOTHING, NOTHING)) == [Piece("Something else.")]


def test_no_control_character_comes_out():
    assert "".join(piece.text for piece in pieces("a\x1b[31mb", graded(NOTHING, NOTHING, NOTHING))) == "a [31mb"


@given(st.text("ab \n", max_size=30), st.data())
def test_nothing_is_lost_or_said_twice(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    spans = (Span(start=start, end=start + len(quote), text=quote),)
    judgements = [Judgement(point=p.id, verdict=Verdict.COVERED, evidence=spans) for p in RUBRIC.points]
    cut = pieces(text, make_grade(RUBRIC, "0", JudgeInfo(name="x"), judgements))
    assert "".join(piece.text for piece in cut) == text
