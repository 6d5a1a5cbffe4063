"""Options that several commands share, and what they amount to: settings, a bank, a judge."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from interviewer.asking import Interviewer
    from interviewer.cache import JudgementStore
    from interviewer.history import History
    from interviewer.judges.base import Judge
    from interviewer.rubric import Rubric
    from interviewer.settings import Settings

JudgeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--judge",
        metavar="NAME[:MODEL]",
        help="chat, decisions or local; default: chat with a key, else local. Given more than once: a panel.",
    ),
]
RepeatOption = Annotated[
    int | None, typer.Option("--repeat", min=1, max=99, metavar="N", help="Ask each judge N times: a panel.")
]
UntilStableOption = Annotated[
    bool, typer.Option("--until-stable", help="Ask the panel beyond two votes only where those differ.")
]
ModelOption = Annotated[str | None, typer.Option("--model", help="Model for the chat judge.")]
BaseUrlOption = Annotated[str | None, typer.Option("--base-url", help="An OpenAI-compatible server of your own.")]
BankOption = Annotated[str | None, typer.Option("--bank", help="A bank that ships, or the folder of your own.")]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Judge anew: neither use nor keep what was judged before.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def settings_from(
    judge: list[str] | None = None,
    model: str | None = None,
    base_url: str | None = None,
    bank: str | None = None,
    **others: object,
) -> Settings:
    """The settings, with these options on top."""
    from interviewer.settings import load_settings

    named = ",".join(judge) if judge else None
    return load_settings(judge=named, model=model, base_url=base_url, bank=bank, **others)


def bank_path(settings: Settings) -> Path:
    """The folder of the bank in use."""
    from interviewer.resources import bank_folder

    return bank_folder(settings.bank)


def find_rubric(settings: Settings, question: str) -> Rubric:
    """One rubric of the bank in use, without reading the others."""
    from interviewer.rubric import Bank, load_rubric

    path = bank_path(settings) / f"{question}.yaml"
    if question != "bank" and "/" not in question and path.is_file():
        return load_rubric(path)
    return Bank.load(bank_path(settings))[question]


def judge_from(settings: Settings, http_client: Any = None) -> Judge:
    """The judge in use, or the panel; `http_client` carries its calls, where it makes any."""
    from interviewer.judges import choose_judge, make_panel

    return make_panel(choose_judge(settings), settings, http_client)


@contextmanager
def store_from(settings: Settings, no_cache: bool) -> Iterator[JudgementStore | None]:
    """The user's store of judgements, or None: not wanted, or it cannot be opened, which standard error then says."""
    from interviewer.cache import STORE_FILE, JudgementStore
    from interviewer.errors import StoreError

    store = None
    if not no_cache:
        try:
            store = JudgementStore(settings.cache_folder / STORE_FILE)
        except StoreError as error:
            typer.echo(f"Going on without the cache. {error}", err=True)
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def interviewer_from(settings: Settings) -> Interviewer:
    """Who phrases the follow-ups: a language model where one may be asked, or else the rubric."""
    from interviewer.asking import Interviewer
    from interviewer.judges import choose_judge
    from interviewer.llm import ChatModel, make_client

    kind, _, model = choose_judge(settings).partition(":")
    if not settings.has_model or kind == "local":
        return Interviewer()
    own = model if kind == "chat" else ""
    return Interviewer(ChatModel(make_client(settings), settings, own or None))


def history(settings: Settings | None = None) -> History:
    """The user's sessions; a damaged database is named on standard error."""
    from interviewer.history import History

    opened = History.open((settings or settings_from()).data_folder, now())
    if opened.notice:
        typer.echo(opened.notice, err=True)
    return opened


def spare_history() -> History:
    """A history in a new temporary folder, for when the user's own cannot be written."""
    import tempfile
    from pathlib import Path

    from interviewer.history import History

    return History.open(Path(tempfile.mkdtemp(prefix="interviewer-")), now())


def now() -> datetime:
    """The time of day, the only clock whose hands a user may move; spans of time are measured by another."""
    from datetime import UTC, datetime

    return datetime.now(UTC)
