from __future__ import annotations

import json
from pathlib import Path

ANSWER = "DICOM is the standard format that every scanner and archive uses, whoever made it."


def test_score_keeps_what_it_judged_and_serves_it_again(cli, tmp_path):
    cache = tmp_path / "home" / "cache" / "interviewer" / "judgements.sqlite"
    first, second = (cli("score", "dicom-format", "--judge", "local", "--json", input=ANSWER) for _ in range(2))
    assert cache.is_file()
    assert json.loads(first.stdout) == json.loads(second.stdout)


def test_no_cache_leaves_nothing_behind(cli, tmp_path):
    result = cli("score", "dicom-format", "--judge", "local", "--no-cache", "--json", input=ANSWER)
    assert result.exit_code == 0
    assert not (tmp_path / "home" / "cache").exists()


def test_a_cache_that_cannot_be_used_is_said_and_done_without(cli, tmp_path, monkeypatch):
    in_the_way = Path(tmp_path / "file")
    in_the_way.write_text("")
    monkeypatch.setenv("INTERVIEWER_CACHE_DIR", str(in_the_way))
    result = cli("score", "dicom-format", "--judge", "local", "--json", input=ANSWER)
    assert result.exit_code == 0
    assert "Going on without the cache." in result.stderr
