from __future__ import annotations

import numpy as np

from interviewer.judges.lexicon import Lexicon
from interviewer.judges.likeness import CHANCE, Likeness
from interviewer.judges.vectors import shipped_vectors, spelling, unit

VECTORS = shipped_vectors()


def weighted(lexicon: Lexicon, stem: str):
    return VECTORS.weighted[lexicon.rows(np.array([lexicon.number(stem)]))[0]]


def met(said: str, wanted: str) -> float:
    """How far one stem meets another, as a rubric of that one word has it."""
    lexicon = Lexicon(VECTORS)
    mean = unit(weighted(lexicon, wanted))[None]
    row = Likeness([wanted], np.array([0]), (mean, mean), lexicon).of(np.array([lexicon.number(said)]))
    return float(row[0, 0])


def test_words_of_like_meaning_are_nearer_than_others():
    assert met("doctor", "physician") > met("doctor", "banana") + 0.3


def test_a_word_meets_itself_also_when_nobody_knows_it():
    assert met("qwxzqy", "qwxzqy") == met("doctor", "doctor") == 1


def test_a_typing_error_meets_its_word_by_its_spelling():
    assert met("segmentaton", "segmentation") > (0.6 * 0.9 - CHANCE) / (1 - CHANCE)
    assert met("segmentaton", "window") == 0


def test_an_unknown_word_has_no_meaning_and_the_highest_weight():
    lexicon = Lexicon(VECTORS)
    rows = lexicon.rows(np.array([lexicon.number(stem) for stem in ("qwxzqy", "the", "scan")]))
    assert not VECTORS.whole[rows[0]].any()
    assert VECTORS.weight[rows[0]] == VECTORS.weight[rows].max()


def test_products_of_meanings_and_of_spellings_are_exact_in_any_order():
    assert (VECTORS.whole == np.rint(VECTORS.whole)).all()
    assert (VECTORS.whole**2).sum(axis=1).max() < 2**24
    assert (spelling("patch") == np.rint(spelling("patch"))).all()


def test_a_row_of_the_table_depends_on_its_stem_alone():
    stems = ["doctor", "qwxzqy", "scan", "window", "scans", "3.5"]
    lexicon = Lexicon(VECTORS)
    numbers = np.array([lexicon.number(stem) for stem in stems])
    means = (unit(VECTORS.weighted[:2]), unit(VECTORS.weighted[2:4]))

    def table() -> Likeness:
        return Likeness(["physician", "scan", "windo", "qwx"], np.array([0, 2]), means, lexicon)

    together = table().of(numbers)
    grown = table()
    one_by_one = np.concatenate([grown.of(numbers[[place]]) for place in (5, 3, 1, 0, 2, 4)])
    assert (together[[5, 3, 1, 0, 2, 4]] == one_by_one).all()
    assert (grown.of(numbers) == together).all()


def test_a_lexicon_that_has_grown_too_large_says_so():
    lexicon = Lexicon(VECTORS)
    assert not lexicon.is_full
    lexicon.held = 10**9
    assert lexicon.is_full
