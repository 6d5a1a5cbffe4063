from __future__ import annotations

import os
from pathlib import Path

import pytest

from interviewer import llm
from interviewer.errors import SettingsError
from interviewer.settings import Settings


def test_without_key_or_base_url_the_way_out_is_named():
    with pytest.raises(SettingsError, match="--judge local"):
        llm.make_client(Settings(_env_file=None))


def test_the_vocabulary_ships_and_counts_without_a_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")  # so that what the code sets is undone after the test
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    llm.encoding.cache_clear()
    assert llm.encoding().encode("hello world") == [24912, 2375]
    assert Path(os.environ["TIKTOKEN_CACHE_DIR"]).is_relative_to(tmp_path)


def test_special_tokens_in_a_text_are_counted_as_text():
    assert llm.count_tokens([{"role": "user", "content": "<|endoftext|>"}]) > 5
