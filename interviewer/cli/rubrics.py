"""`interviewer rubrics`: list, show, check and build."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interviewer.cli import app, options
from interviewer.errors import ExitCode

rubrics = typer.Typer(no_args_is_help=True, help="List, show, check and build rubrics.")
app.add_typer(rubrics, name="rubrics")


@rubrics.command("list")
def list_(
    section: Annotated[str | None, typer.Option(help="Only this section.")] = None,
    bank: options.BankOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """List the questions of a bank: a table or, when piped, a line each with tabs between."""
    from interviewer.cli import show
    from interviewer.errors import UnknownName
    from interviewer.rubric import Bank

    loaded = Bank.load(options.bank_path(options.settings_from(bank=bank)))
    if section is not None and section not in [s.id for s in loaded.sections]:
        raise UnknownName("section", section, [s.id for s in loaded.sections])
    rows = [
        {
            "id": rubric.id,
            "section": loaded.section_of(rubric.id).id,
            "level": rubric.level.value,
            "question": rubric.question,
            "points": len(rubric.points),
        }
        for rubric in loaded
        if section in (None, loaded.section_of(rubric.id).id)
    ]
    if as_json:
        show.print_json(rows)
        return
    columns = ("id", "section", "level", "points", "question")
    out = show.console()
    listing = show.table(*columns, whole=("id", "section"))
    for row in rows:
        cells = [str(row[name]) for name in columns]
        if out.is_terminal:
            listing.add_row(*cells)
        else:
            typer.echo("\t".join(show.one_line(cell) for cell in cells))
    if out.is_terminal:
        out.print(listing)


@rubrics.command("show")
def show_(
    question: Annotated[str, typer.Argument(help="The id of the question.")],
    bank: options.BankOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Show one rubric: its question and every point."""
    from rich.padding import Padding

    from interviewer.cli import show

    rubric = options.find_rubric(options.settings_from(bank=bank), question)
    if as_json:
        show.print_json({**rubric.model_dump(mode="json"), "hash": rubric.hash})
        return
    out = show.console()
    out.print(rubric.question, style="bold")
    out.print(f"{rubric.id} · {rubric.level} · {rubric.style}{' · draft' if rubric.draft else ''}", style="dim")
    for point in rubric.points:
        out.print()
        out.print(f"{point.id}  ({point.kind}, weight {point.weight:g})", style="bold cyan")
        lines = [point.statement]
        if point.items:
            lines.append(f"{point.need} of: {', '.join(item.text for item in point.items)}")
        lines += [f"Partial: {point.partial}"] if point.partial else []
        lines += [f"Follow-up: {point.follow_up}", f"Why: {point.explanation}"]
        for line in lines:
            out.print(Padding(line, (0, 0, 0, 2)))


@rubrics.command()
def check(
    bank: Annotated[str | None, typer.Argument(help="A bank that ships, or a folder.")] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Check a bank: schema, ids, weights, follow-ups that give the answer away, duplicates."""
    from interviewer.check import check_bank
    from interviewer.cli import show
    from interviewer.words import counted

    folder = options.bank_path(options.settings_from(bank=bank))
    faults = check_bank(folder)
    if as_json:
        show.print_json([{"file": str(f.path), "line": f.line, "message": f.message} for f in faults])
    else:
        for fault in faults:
            typer.echo(str(fault), err=True)
        rubrics_there = counted(len(list(folder.glob("*.yaml"))) - 1, "rubric")
        typer.echo(
            f"{counted(len(faults), 'fault')} in {folder}." if faults else f"{rubrics_there} in {folder}: no faults."
        )
    if faults:
        raise typer.Exit(ExitCode.ERROR)


@rubrics.command()
def build(
    guide: Annotated[Path, typer.Argument(help="A guide document: plain text or Markdown.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="BANK", help="The folder of the new bank.")],
    title: Annotated[str | None, typer.Option(help="Title of the bank; default: the document's.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="By rules only, even where a model could be asked.")] = False,
    model: options.ModelOption = None,
    base_url: options.BaseUrlOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Turn a guide document into rubrics: with a language model where one is set, else a draft by rules."""
    from interviewer.build import build_bank
    from interviewer.cli import show
    from interviewer.words import counted

    settings = options.settings_from(model=model, base_url=base_url)
    built = build_bank(
        guide, output, settings, title=title, draft=draft, progress=lambda line: typer.echo(line, err=True)
    )
    if as_json:
        show.print_json(built.as_data())
        return
    for warning in built.warnings:
        typer.echo(f"Note: {warning}", err=True)
    drafts = f", {len(built.drafts)} by rules as a draft" if built.drafts else ""
    typer.echo(f"{counted(len(built.written), 'rubric')} written to {output}{drafts}.")
    if built.drafts:
        typer.echo(
            "A draft wants an editor: write its questions, points and follow-ups, take out `draft: true`, "
            f"then run `interviewer rubrics check {output}`."
        )
