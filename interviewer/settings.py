"""Every setting, read once at the edge: explicit argument, then environment, then `.env`, then default."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from interviewer.errors import SettingsError

DEFAULT_MODEL = "gpt-6-luna"
DEFAULT_BANK = "ai-medical-imaging-analyst"


class Settings(BaseSettings):
    """One object for all of it. The key is a `SecretStr`: it prints as asterisks."""

    model_config = SettingsConfigDict(
        env_prefix="INTERVIEWER_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        populate_by_name=True,
    )

    api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    model: str = DEFAULT_MODEL
    judge: str | None = None
    repeat: int = Field(default=1, ge=1, le=99)
    until_stable: bool = False
    bank: str = DEFAULT_BANK
    timeout: float = Field(default=60, gt=0)
    max_retries: int = Field(default=3, ge=0, le=20)
    max_output_tokens: int = Field(default=8_000, ge=64)
    context_window: int = Field(default=128_000, ge=512)
    reply_format: Literal["auto", "schema", "json", "text"] = "auto"
    temperature: float | None = Field(default=None, ge=0, le=2)
    seed: int | None = None
    data_dir: Path | None = None
    cache_dir: Path | None = None

    @field_validator("base_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("a base URL starts with http:// or https://")
        return value

    @property
    def has_model(self) -> bool:
        """Whether a language model can be asked: a key or a base URL is set."""
        return self.api_key is not None or self.base_url is not None

    @property
    def data_folder(self) -> Path:
        """Where sessions are kept."""
        import platformdirs  # only commands that touch the disk need it

        return self.data_dir or Path(platformdirs.user_data_path("interviewer"))

    @property
    def cache_folder(self) -> Path:
        """Where what can be made again is kept."""
        import platformdirs  # only commands that touch the disk need it

        return self.cache_dir or Path(platformdirs.user_cache_path("interviewer"))


def load_settings(**given: Any) -> Settings:
    """The settings, with what was given on the command line on top; `None` means not given.

    Raises:
        SettingsError: a value cannot be; names the setting, never its secret.

    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = [f"{_variable(str(d['loc'][0]))}: {d['msg'].removeprefix('Value error, ')}" for d in error.errors()]
        raise SettingsError("These settings cannot work:\n  " + "\n  ".join(faults)) from None


def _variable(name: str) -> str:
    return name if name.isupper() else f"INTERVIEWER_{name.upper()}"
