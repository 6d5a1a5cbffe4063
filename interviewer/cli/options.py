"""Options that several commands share, and what they amount to: settings, a bank, a judge."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from interviewer.cache import JudgementStore
    from interviewer.history import History
    from interviewer.judges.base import Judge
    from interviewer.rubric import Rubric
    from interviewer.settings import Settings

JudgeOption = Annotated[
    str | None,
    typer.Option(
        "--judge", metavar="NAME[:MODEL]", help="chat, decisions or local; default: chat with a key, else local."
    ),
]
ModelOption = Annotated[str | None, typer.Option("--model", help="Model for the chat judge.")]
BaseUrlOption = Annotated[str | None, typer.Option("--base-url", help="An OpenAI-compatible server of your own.")]
BankOption = Annotated[str | None, typer.Option("--bank", help="A bank that ships, or the folder of your own.")]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Judge anew: neither use nor keep what was judged before.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def settings_from(
    judge: str | None = None, model: str | None = None, base_url: str | None = None, bank: str | None = None
) -> Settings:
    """The settings, with these options on top."""
    from interviewer.settings import load_settings

    return load_settings(judge=judge, model=model, base_url=base_url, bank=bank)


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
    """The judge in use; `http_client` carries its calls, where it makes any."""
    from interviewer.judges import choose_judge, make_judge

    return make_judge(choose_judge(settings), settings, http_client)


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


def history() -> History:
    """The user's sessions; a damaged database is named on standard error."""
    from datetime import UTC, datetime

    from interviewer.history import History

    opened = History.open(settings_from().data_folder, datetime.now(UTC))
    if opened.notice:
        typer.echo(opened.notice, err=True)
    return opened
