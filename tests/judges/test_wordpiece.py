from __future__ import annotations

from interviewer.judges.wordpiece import UNKNOWN, WordPieces

VOCABULARY = ["[PAD]", "scan", "##ner", "##s", "cafe", ",", "x"]


def test_the_longest_piece_is_taken_first_and_the_rest_continues_it():
    assert WordPieces(VOCABULARY)("Scanners, scan") == [1, 2, 3, 5, 1]


def test_accents_and_case_are_levelled():
    assert WordPieces(VOCABULARY)("CAFÉ") == [4]


def test_a_word_that_cannot_be_cut_is_unknown_as_a_whole():
    assert WordPieces(VOCABULARY)("scanqq x") == [UNKNOWN, 6]
    assert WordPieces(VOCABULARY)("x" * 101) == [UNKNOWN]
