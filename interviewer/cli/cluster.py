"""`interviewer grade --engine ray`: what the command says while a cluster grades."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from interviewer.cli import show
from interviewer.errors import InputError, SettingsError

if TYPE_CHECKING:
    from interviewer.batch.rows import Columns
    from interviewer.rubric import Bank
    from interviewer.settings import Settings

_SLASHES = {"file": "file:///"}  # a path has folded those of an address: s3:/bucket, file:/folder


def run(
    source: str,
    bank: Bank,
    columns: Columns,
    output: Path | None,
    settings: Settings,
    form: str | None,
    concurrency: int,
    workers: int | None,
    *,
    as_json: bool,
) -> None:
    """Grade every file into a shard; say how far it is, and at the end what failed."""
    if output is None:
        raise InputError("Where shall the shards go? Name the folder with -o.")
    try:
        from interviewer.batch.cluster import grade_on_cluster
    except ImportError:
        raise SettingsError(
            "--engine ray needs Ray: pip install '.[ray]' in the folder of interviewer's source."
        ) from None
    began = time.monotonic()
    statuses: Counter[str] = Counter()
    failed: list[str] = []
    shards = kept = 0
    address = re.sub(r"^(\w\w+):/", lambda scheme: _SLASHES.get(scheme[1], f"{scheme[1]}://"), str(output))
    receipts = grade_on_cluster(
        source, bank, columns, address, settings, form=form, concurrency=concurrency, workers=workers
    )  # fmt: skip
    for receipt in receipts:
        shards += 1
        kept += receipt.kept
        statuses.update(json.loads(receipt.statuses))
        if receipt.error:
            failed.append(f"{receipt.source}: {receipt.error}")
        rate = statuses.total() / (time.monotonic() - began)
        typer.echo(f"{shards} files, {statuses.total():,} rows, {rate:,.0f}/s", err=True)
    if as_json:
        show.print_json(
            {"shards": shards, "kept": kept, "statuses": dict(statuses), "failed": failed, "output": address}
        )
    else:
        parts = [f"{times:,} {status}" for status, times in statuses.items()]
        typer.echo(
            f"{shards} files, {kept} of them graded before: {', '.join(parts) or 'nothing graded'}. In {address}."
        )
    if failed:
        raise InputError("Not graded:\n  " + "\n  ".join(failed) + "\nMend these and run the same command again.")
