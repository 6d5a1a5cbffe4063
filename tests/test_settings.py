from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.errors import SettingsError
from interviewer.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent


def test_option_beats_environment_beats_file_beats_default(monkeypatch: pytest.MonkeyPatch):
    assert load_settings().model == "gpt-6-luna"
    Path(".env").write_text("INTERVIEWER_MODEL=from-file\nOPENAI_API_KEY=sk-file\n")
    assert load_settings().model == "from-file"
    monkeypatch.setenv("INTERVIEWER_MODEL", "from-environment")
    assert load_settings().model == "from-environment"
    assert load_settings(model="from-option").model == "from-option"
    assert load_settings().api_key.get_secret_value() == "sk-file"


def test_the_key_never_prints(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = load_settings()
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_value_that_cannot_be_is_named_without_its_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INTERVIEWER_TIMEOUT", "soon")
    monkeypatch.setenv("OPENAI_BASE_URL", "server.test")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "INTERVIEWER_TIMEOUT" in str(caught.value)
    assert "OPENAI_BASE_URL: a base URL starts with" in str(caught.value)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert not load_settings().has_model


def test_the_example_file_lists_every_setting_and_no_other():
    listed = {line.split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if line[:1].isalpha()}
    known = {
        str(field.validation_alias or f"INTERVIEWER_{name.upper()}") for name, field in Settings.model_fields.items()
    }
    assert listed == known
