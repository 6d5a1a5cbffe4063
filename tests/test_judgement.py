from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import is_invisible
from interviewer.judgement import Judgement, one_line


@given(st.text() | st.text(st.sampled_from("ab \n\t\u00a0\u200b\u2028\x00")))
def test_a_reason_is_one_line_without_what_nobody_sees(text: str):
    kept = "".join(char for char in text if char.isspace() or not is_invisible(char))
    assert one_line(text) == " ".join(kept.split())
    assert Judgement.ungraded("p", text).reason == one_line(text)
