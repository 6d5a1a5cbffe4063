"""How a batch looks: progress while it runs, what came of it, what a dry run says."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from interviewer.batch.ask import billed_model
from interviewer.batch.estimate import Estimator, limits_note, minutes, routes
from interviewer.batch.grade_file import Graded, Grader
from interviewer.batch.jobs import Jobs
from interviewer.batch.report import render_report
from interviewer.batch.rows import Chunk
from interviewer.batch.run import Tally
from interviewer.cache import JudgementStore
from interviewer.cli import show
from interviewer.price import price_of

SECONDS_BETWEEN_LINES = 10


class RunShown:
    """Progress on standard error (a bar in a terminal, else a line now and then), and the words at the end."""

    def __init__(self, grader: Grader, source: str, report: Path | None, *, as_json: bool) -> None:
        self.grader, self.source, self.report, self.as_json = grader, source, report, as_json
        self.graded: Graded | None = None
        self.total: int | None = None
        self._began = time.monotonic()
        self._last = self._began
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task: TaskID | None = None

    def count(self, chunks: Iterator[Chunk]) -> None:
        """Learn how many rows there are, for the remaining time: only where somebody watches."""
        if sys.stderr.isatty():
            self.total = sum(len(chunk.rows) for chunk in chunks)

    def __enter__(self) -> Self:
        self._bar.start()
        self._task = self._bar.add_task(f"Grading with {self.grader.judge.info.label}", total=self.total, pace="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()
        if error is not None and self.graded is not None and self.graded.path is not None:
            done = self.graded.tally.rows
            typer.echo(f"Ended early: {done} rows are in {self.graded.path}. --resume does the rest.", err=True)

    def update(self, tally: Tally) -> None:
        """Show how far the run is; what it counts is on the disk."""
        done = max(tally.rows, tally.judged)
        if self._task is not None:
            self._bar.update(self._task, completed=done, pace=self._pace(tally))
        now = time.monotonic()
        if not sys.stderr.isatty() and now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            typer.echo(f"{done} rows, {self._pace(tally)}", err=True)

    def tell(self, graded: Graded) -> None:
        """Take what came of the run; write the report."""
        self.graded = graded
        if graded.lost:
            typer.echo(graded.lost, err=True)
        if self.report is not None:
            page = render_report(graded.summary.as_data(), self._about(graded.tally))
            self.report.write_text(page, encoding="utf-8")

    def say(self) -> None:
        """The words, or the JSON, at the end."""
        if self.graded is None:
            return
        graded, tally = self.graded, self.graded.tally
        if self.as_json:
            show.print_json(self._as_data(graded))
            return
        parts = [
            f"{tally.statuses[s]} {s}" for s in ("graded", "incomplete", "rejected", "failed") if tally.statuses[s]
        ]
        typer.echo(f"{tally.rows} rows: {', '.join(parts) or 'nothing to grade'}. Written to {graded.path}.")
        typer.echo(f"{tally.judged} judged now, {tally.kept} judged before, {tally.twins} the same as another row.")
        for kind, times in tally.failures.most_common(5):
            typer.echo(f"  {times} × {kind}")
        if graded.rejected is not None:
            typer.echo(f"Rows that have no grade, with the reason: {graded.rejected}.")
        typer.echo(f"{self._cost(tally)} {self.grader.judge.trust}")
        _show_scores(graded.summary.as_data())
        if self.report is not None:
            typer.echo(f"Report: {self.report}.")

    def _pace(self, tally: Tally) -> str:
        rate = tally.judged / max(time.monotonic() - self._began, 0.001)
        parts = [f"{rate:.1f}/s"]
        if self.grader.budget.spent:
            parts.append(f"${self.grader.budget.spent:.4f}")
        parts += [f"{times} × {kind}" for kind, times in tally.failures.most_common(3)]
        return ", ".join(parts)

    def _cost(self, tally: Tally) -> str:
        if not billed_model(self.grader.judge):
            return "It cost nothing."
        usage = tally.usage
        tokens = f"{usage.requests} requests, {usage.input_tokens:,} tokens in ({usage.cached_tokens:,} of them from the provider's cache), {usage.output_tokens:,} out"
        price = price_of(usage, billed_model(self.grader.judge), self.grader.settings.base_url)
        return f"It cost {f'${price:.4f}' if price is not None else 'an unknown price'}: {tokens}."

    def _about(self, tally: Tally) -> dict[str, str]:
        judge = self.grader.judge
        source = "standard input" if self.source == "-" else Path(self.source).name
        return {"judge": judge.info.label, "trust": judge.trust, "cost": self._cost(tally), "source": source}

    def _as_data(self, graded: Graded) -> dict[str, Any]:
        tally, judge = graded.tally, self.grader.judge
        return {
            "rows": tally.rows,
            "statuses": dict(tally.statuses),
            "judged": tally.judged,
            "kept": tally.kept,
            "duplicates": tally.twins,
            "failures": dict(tally.failures),
            "usage": tally.usage.model_dump(),
            "cost": price_of(tally.usage, billed_model(judge), self.grader.settings.base_url),
            "judge": {**judge.info.model_dump(), "trust": judge.trust},
            "output": str(graded.path),
            "rejected": None if graded.rejected is None else str(graded.rejected),
            "summary": graded.summary.as_data(),
        }


def dry_run(grader: Grader, chunks: Iterator[Chunk], store: JudgementStore, *, retry: bool, as_json: bool) -> None:
    """Print rows, duplicates, what is judged already, tokens, price by route and time."""
    model = billed_model(grader.judge)
    jobs = Jobs(grader.bank, grader.judge.info)
    made = Estimator(jobs, store, counts_tokens=bool(model), retry=retry).of(chunks)
    requests, _, tokens = store.note(limits_note(model)).partition("/")
    took, basis = minutes(made, grader.pace.most, {"requests": requests, "tokens": tokens})
    chat_model = model if grader.judge.info.name == "chat" else grader.settings.model
    ways = routes(made, chat_model, grader.settings.base_url) if model else []
    if as_json:
        counts = {name: getattr(made, name) for name in type(made).__dataclass_fields__}
        time_needed = {"minutes": took, "basis": basis} if model else None
        show.print_json({**counts, "judge": grader.judge.info.label, "routes": ways, "time": time_needed})
        return
    typer.echo(f"{made.rows} rows: {made.to_judge} to judge with {grader.judge.info.label}, {made.kept} judged before,")
    typer.echo(f"{made.duplicates} the same as another row, {made.blank} empty, {made.rejected} that cannot be graded.")
    for reason, times in made.reasons.most_common(5):
        typer.echo(f"  {times} × {reason}")
    if not model:
        typer.echo("It costs nothing: this judge works on this machine.")
        return
    typer.echo(f"By chat, tokens in: {made.input_tokens:,} exactly counted; out: about {made.output_tokens:,}.")
    for way in ways:
        price = "no price known" if way["price"] is None else f"${way['price']:.4f}"
        typer.echo(f"  {way['judge']}, {way['route']}: {price} ({way['note']})")
    typer.echo(f"About {took:.1f} minutes ({basis}). Nobody was asked, nothing was spent.")


def _show_scores(summary: dict[str, Any]) -> None:
    out = show.console()
    listing = show.table("section", "scored", "mean", "median")
    for section in summary["sections"]:
        median = section["quartiles"][1] if section["quartiles"] else "–"
        listing.add_row(section["section"], str(section["scored"]), str(section["mean"]), str(median))
    if summary["sections"]:
        out.print(listing)
    if summary["hardest"]:
        out.print("Hardest points:")
        hard = show.table("question", "point", "judged", "credit")
        for point in summary["hardest"][:5]:
            hard.add_row(point["question"], point["id"], str(point["judged"]), f"{100 * point['credit']:.0f} %")
        out.print(hard)
