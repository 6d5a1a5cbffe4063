"""`interviewer batches`: the orders placed with `grade --via batch`: show, collect and cancel them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from interviewer.cli import app, options

if TYPE_CHECKING:
    from pathlib import Path

    from interviewer.batch.grade_file import Graded, Grader
    from interviewer.batch.post.ledger import Ledger, Order
    from interviewer.batch.post.office import Collected, Office
    from interviewer.batch.rows import Columns
    from interviewer.cache import JudgementStore
    from interviewer.judges.base import Judge
    from interviewer.judges.chat import ChatJudge
    from interviewer.settings import Settings

T = TypeVar("T")

batches = typer.Typer(help="Show, collect and cancel what was posted with `grade --via batch`.")
app.add_typer(batches, name="batches")

OrderArgument = Annotated[str | None, typer.Argument(metavar="ORDER", help="Only this order; default: all under way.")]


@batches.callback(invoke_without_command=True)
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also orders whose output is written.")] = False,
    base_url: options.BaseUrlOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Show every order under way, and what the server says of its batches."""
    from interviewer.cli import show

    if context.invoked_subcommand is not None:
        return
    with _ledger() as ledger:
        rows = []
        for order in ledger.orders(finished=everything):
            settings = _settings_of(order, base_url)
            rows += [_as_data(order, *seen) for seen in _with_office(settings, ledger, partial(_look, order))]
    if as_json:
        show.print_json(rows)
        return
    names = ("order", "made", "output", "batch", "state", "requests", "completed", "failed", "note")
    listing = show.table(*names)
    for row in rows:
        listing.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    show.console().print(listing if rows else "Nothing is under way. `interviewer grade … --via batch` posts a file.")


@batches.command()
def collect(
    order: OrderArgument = None,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until all of it is there.")] = False,
    every: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="With --wait: how often to look.")] = 60,
    base_url: options.BaseUrlOption = None,
) -> None:
    """Take in the replies that are there, post again what expired or failed, and write each output that is whole."""
    import time

    from interviewer.cache import STORE_FILE, JudgementStore

    with _ledger() as ledger, JudgementStore(options.settings_from().cache_folder / STORE_FILE) as store:
        under_way = [ledger.order(order)] if order else ledger.orders()
        if not under_way:
            typer.echo("Nothing is under way.")
        while under_way:
            with ledger.alone():
                under_way = [o for o in under_way if not _collected(o, _settings_of(o, base_url), ledger, store)]
            if not wait:
                return
            if under_way:
                time.sleep(every)


@batches.command()
def cancel(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The order, as `interviewer batches` shows it.")],
    base_url: options.BaseUrlOption = None,
) -> None:
    """Stop an order's batches. What they have judged by then is paid for; `batches collect` takes it in."""
    with _ledger() as ledger:
        found = ledger.order(order)
        stopped = _with_office(_settings_of(found, base_url), ledger, lambda office: office.cancel(found))
    typer.echo(f"{stopped} batches were told to stop. Take in what they have with: interviewer batches collect {order}")


def place_order(
    grader: Grader,
    source: tuple[str, str | None],
    columns: Columns,
    output: tuple[Path, str],
    *,
    retry: bool,
    as_json: bool,
) -> None:
    """Post all that has to be judged; where there is nothing, write the output at once."""
    import secrets
    from datetime import UTC, datetime
    from pathlib import Path

    from interviewer.batch.jobs import Jobs
    from interviewer.batch.post.ledger import Order
    from interviewer.batch.post.orders import unjudged
    from interviewer.batch.read import STDIN, read_chunks
    from interviewer.cache import STORE_FILE, JudgementStore
    from interviewer.cli import show
    from interviewer.errors import InputError

    path, form = source
    _chat(grader.judge)
    if path == STDIN:
        raise InputError(
            "--via batch reads its input again when the replies are there: give a file, not standard input."
        )
    settings = grader.settings
    order = Order(
        id=secrets.token_hex(4),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        source=str(Path(path).absolute()),
        form=form,
        question_column=columns.question,
        answer_column=columns.answer,
        question=columns.asked,
        wide=bool(columns.wide),
        output=str(output[0].absolute()),
        kind=output[1],
        bank=str(options.bank_path(settings).absolute()),
        judge=settings.judge or "chat",
        model=settings.model,
        info=grader.judge.info,
    )
    with _ledger() as ledger, ledger.alone(), JudgementStore(settings.cache_folder / STORE_FILE) as store:
        order = ledger.begun(order)
        jobs = unjudged(read_chunks(path, columns, form), Jobs(grader.bank, grader.judge.info), store, retry=retry)
        new = ledger.add(order, jobs)
        sent = _with_office(settings, ledger, lambda office: office.submit(order), store)
        counts = ledger.counts(order.id)
        if as_json:
            batches_ = [batch.batch for batch in ledger.batches(order.id)]
            show.print_json({"order": order.id, "posted": sent, "new": new, "requests": counts, "batches": batches_})
        elif counts:
            made = len(ledger.batches(order.id))
            typer.echo(
                f"Order {order.id}: {sent} answers posted in {made} batches, {sum(counts.values()) - new} on their"
            )
            typer.echo("way already. OpenAI promises them within 24 hours. Then, from any terminal of this user:")
            typer.echo(f"  interviewer batches collect {order.id}    writes {output[0]}")
        if not counts.get("waiting", 0) + counts.get("posted", 0):
            _write(order, settings, ledger, store, as_json=as_json)


def _collected(order: Order, settings: Settings, ledger: Ledger, store: JudgementStore) -> bool:
    """Take in what there is of one order, and say so; whether its output could be written."""
    from interviewer.price import BATCH_FACTOR, price_of

    got: Collected = _with_office(settings, ledger, lambda office: office.collect(order), store)
    if got.judged:
        price = price_of(got.usage, order.info.model, settings.base_url)
        cost = (
            "at an unknown price" if price is None else f"for ${price * BATCH_FACTOR:.4f}, half of the price of calls"
        )
        tokens = f"{got.usage.input_tokens:,} tokens in, {got.usage.output_tokens:,} out"
        typer.echo(f"Order {order.id}: {got.judged} answers judged {cost} ({tokens}).")
    if got.again:
        typer.echo(f"Order {order.id}: {got.again} requests posted again.")
    counts = ledger.counts(order.id)
    left = counts.get("waiting", 0) + counts.get("posted", 0)
    if left:
        states = ", ".join(f"{times} {state}" for state, times in got.under_way.items())
        typer.echo(f"Order {order.id}: {left} answers are still under way{f' ({states})' if states else ''}.")
        return False
    _write(order, settings, ledger, store)
    return True


def _write(
    order: Order, settings: Settings, ledger: Ledger, store: JudgementStore, *, as_json: bool = False
) -> None:  # fmt: skip
    from pathlib import Path

    from interviewer.batch.budget import Budget
    from interviewer.batch.pace import Pace
    from interviewer.batch.post.orders import Collecting, write_output
    from interviewer.rubric import Bank

    judge = options.judge_from(settings)
    failures = ledger.failures(order.id)
    grader = Collecting(Bank.load(Path(order.bank)), judge, settings, Pace(1), Budget(), failures=failures)
    graded: Graded = write_output(order, grader, store)
    ledger.finish(order.id)
    if graded.lost:
        typer.echo(graded.lost, err=True)
    if as_json:
        return
    statuses = graded.tally.statuses
    parts = [f"{statuses[s]} {s}" for s in ("graded", "incomplete", "rejected", "failed") if statuses[s]]
    typer.echo(f"{graded.tally.rows} rows: {', '.join(parts) or 'nothing to grade'}. Written to {graded.path}.")
    if graded.rejected is not None:
        typer.echo(f"Rows that have no grade, with the reason: {graded.rejected}.")
    typer.echo(judge.trust)


def _look(order: Order, office: Office) -> Awaitable[list[tuple[Any, Any]]]:
    return office.look(order)


def _ledger() -> Ledger:
    from interviewer.batch.post.ledger import LEDGER_FILE, Ledger

    return Ledger(options.settings_from().data_folder / LEDGER_FILE)


def _settings_of(order: Order, base_url: str | None) -> Settings:
    """The settings under which an order can go on.

    Raises:
        InputError: they would make another judge than the one that was asked.

    """
    from interviewer.errors import InputError

    settings = options.settings_from([order.judge], order.model, base_url, order.bank)
    now = options.judge_from(settings).info
    if now != order.info:
        changed = [name for name in type(now).model_fields if getattr(now, name) != getattr(order.info, name)]
        raise InputError(
            f"Order {order.id} was placed with another judge: {', '.join(changed)} differ. Collect it with the settings "
            "(--base-url, OPENAI_BASE_URL, INTERVIEWER_TEMPERATURE …) and the version of interviewer that placed it."
        )
    return settings


def _with_office(
    settings: Settings,
    ledger: Ledger,
    work: Callable[[Office], Awaitable[T]],
    store: JudgementStore | None = None,
) -> T:
    """Do some work over one client, which is closed afterwards."""
    from pathlib import Path

    from interviewer.batch.post.office import Office
    from interviewer.cache import JudgementStore

    async def run() -> T:
        async with AsyncExitStack() as stack:
            judge = _chat(options.judge_from(settings))
            stack.push_async_callback(judge.model.client.close)
            return await work(Office(judge, ledger, store or stack.enter_context(JudgementStore(Path(":memory:")))))

    import asyncio  # 40 ms that `--help` need not wait for

    return asyncio.run(run())


def _chat(judge: Judge) -> ChatJudge:
    from interviewer.errors import InputError
    from interviewer.judges.chat import ChatJudge

    if not isinstance(judge, ChatJudge):
        raise InputError(f"--via batch needs the chat judge; {judge.info.name} is another. Give --judge chat.")
    return judge


def _as_data(order: Order, batch: Any, now: Any) -> dict[str, Any]:
    counts = now.request_counts if now is not None else None
    return {
        "order": order.id,
        "made": order.made,
        "output": order.output,
        "batch": batch.batch or None,
        "state": now.status if now is not None else "collected" if batch.closed else "not posted yet",
        "requests": batch.requests,
        "completed": counts.completed if counts else None,
        "failed": counts.failed if counts else None,
        "note": batch.note,
    }
