"""`interviewer resume`: a session that broke off goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from interviewer.history import History


@app.command()
def resume(
    session: Annotated[int | None, typer.Argument(help="Its number; the latest that can be when left out.")] = None,
    base_url: options.BaseUrlOption = None,
    no_cache: options.NoCacheOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Go on with a session: same questions, same judge, everything said so far, even what was only typed."""
    from interviewer.cli.practice import hold
    from interviewer.errors import InputError
    from interviewer.live import LiveSession
    from interviewer.rubric import Bank

    settings = options.settings_from()
    history = options.history(settings)
    found = history.session(session if session is not None else _latest(history))
    if found.ended:
        raise InputError(f"Session {found.id} is over. `interviewer show {found.id}` shows it.")
    # One judge from beginning to end: the one it was begun with.
    settings = options.settings_from(
        found.plan.judge.split(",") if found.plan.judge else None, found.plan.model, base_url, found.bank
    )
    bank = Bank.load(options.bank_path(settings))
    live = LiveSession(found, bank, history, options.now, options.spare_history)
    hold(live, settings, options.judge_from(settings), as_json, no_cache)


def _latest(history: History) -> int:
    from interviewer.errors import InputError

    running = [session.id for session in history.sessions() if not session.ended]
    if not running:
        raise InputError("There is no session to resume. `interviewer practice` begins one.")
    return running[-1]
