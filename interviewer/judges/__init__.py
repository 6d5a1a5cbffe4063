"""The judges, each in a file of its own behind the protocol in `base.py`, and how one is chosen by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interviewer.errors import InputError, SettingsError, UnknownName
from interviewer.judges.base import Judge, Judged
from interviewer.settings import DEFAULT_MODEL, Settings

__all__ = ["JUDGES", "Availability", "Judge", "Judged", "available_judges", "choose_judge", "make_judge", "make_panel"]

JUDGES = {
    "chat": "a language model, one call per answer for all points",
    "decisions": "OpenAI's Decisions endpoint, one call per answer, a probability for each point",
    "local": "on this machine, no key and no network; local:fast for large files",
}


@dataclass(frozen=True)
class Availability:
    """Whether a judge can be used here and now, and if not, why."""

    name: str
    what: str
    available: bool
    note: str


def make_judge(name: str, settings: Settings, http_client: Any = None) -> Judge:
    """The judge called `name`, or `name:model`, calibrated if the settings say so; `http_client` is for tests.

    Raises:
        UnknownName: there is no such judge.
        SettingsError: it needs a key or a base URL and there is none.
        CalibrationError: the calibration is none, or was learned for another judge.

    """
    made = _plain_judge(name, settings, http_client)
    if settings.calibration is None:
        return made
    from interviewer.calibration.kept import load_calibration
    from interviewer.judges.chat import ChatJudge
    from interviewer.judges.local import LocalJudge
    from interviewer.judges.mapped import MappedJudge, MappedLocalJudge

    calibration = load_calibration(settings.calibration)
    if isinstance(made, ChatJudge):
        return made.calibrated(calibration)
    return MappedLocalJudge(made, calibration) if isinstance(made, LocalJudge) else MappedJudge(made, calibration)


def _plain_judge(name: str, settings: Settings, http_client: Any) -> Judge:
    kind, _, model = name.partition(":")
    if kind == "local":
        if model not in {"", "fast"}:
            raise SettingsError("The local judge has two models: write --judge local or --judge local:fast.")
        from interviewer.judges.local import LocalJudge, LocalModel

        return LocalJudge(LocalModel.fast() if model else None)
    if kind == "chat":
        from interviewer.judges.chat import ChatJudge
        from interviewer.llm import ChatModel, make_client

        return ChatJudge(ChatModel(make_client(settings, http_client), settings, model or None))
    if kind == "decisions":
        from interviewer.judges.decisions import DecisionsJudge
        from interviewer.llm import make_client

        return DecisionsJudge(make_client(settings, http_client), settings, model or None)
    raise UnknownName("judge", name, JUDGES, "`interviewer judges` shows them all.")


def make_panel(names: str, settings: Settings, http_client: Any = None) -> Judge:
    """The judge of this name, or of several with commas between: a panel where several or repeated.

    Raises:
        InputError: `until_stable` without at least three votes to cast.
        UnknownName, SettingsError: see `make_judge`.

    """
    judges = [make_judge(name.strip(), settings, http_client) for name in names.split(",")]
    if settings.until_stable and len(judges) * settings.repeat < 3:
        raise InputError("--until-stable asks on where two votes differ: give three or more, such as --repeat 3.")
    if len(judges) * settings.repeat == 1:
        return judges[0]
    from interviewer.judges.panel import PanelJudge

    return PanelJudge(judges, settings.repeat, until_stable=settings.until_stable)


def choose_judge(settings: Settings) -> str:
    """The name of the judge to use when none was asked for: `chat` with a key or base URL, else `local`."""
    return settings.judge or ("chat" if settings.has_model else "local")


def available_judges(settings: Settings) -> list[Availability]:
    """Every judge, and whether it can be used with these settings."""
    no_key = "set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own"
    where = settings.base_url or "OpenAI"
    at = {"chat": f"{settings.model} at {where}", "decisions": f"{DEFAULT_MODEL} at {where}, public beta"}
    notes = at if settings.has_model else dict.fromkeys(at, no_key)
    found = []
    for name, what in JUDGES.items():
        needs_model = name != "local"
        note = notes.get(name, "") if needs_model else _plain_judge(name, settings, None).trust
        found.append(Availability(name, what, settings.has_model or not needs_model, note))
    return found
