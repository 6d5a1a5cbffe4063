from __future__ import annotations

import numpy as np

from interviewer.judges.vectors import shipped_vectors

VECTORS = shipped_vectors()


def likeness(one: str, other: str) -> float:
    a, b = VECTORS.meanings([one, other])
    return float(a @ b)


def test_words_of_like_meaning_are_nearer_than_others():
    assert likeness("doctor", "physician") > likeness("doctor", "banana") + 0.3


def test_an_unknown_word_has_no_meaning_and_the_highest_weight():
    assert not VECTORS.meanings(["qwxzqy"]).any()
    assert VECTORS.weights(["qwxzqy"])[0] == VECTORS.weights(["qwxzqy", "the", "scan"]).max()


def test_a_typing_error_is_spelt_more_like_its_word_than_like_others():
    patch, wrong, window = VECTORS.spellings(["patch", "pathc", "window"])
    assert patch @ wrong > patch @ window
    assert np.isclose(patch @ patch, 1)
