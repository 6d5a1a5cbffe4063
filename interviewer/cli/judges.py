"""`interviewer judges`: who can judge here, and why others cannot."""

from __future__ import annotations

from dataclasses import asdict

from interviewer.cli import app, options


@app.command()
def judges(
    model: options.ModelOption = None, base_url: options.BaseUrlOption = None, as_json: options.JsonOption = False
) -> None:
    """List the judges: which can be used here, why the others cannot, and how far to trust them."""
    from interviewer.cli import show
    from interviewer.judges import available_judges, choose_judge

    settings = options.settings_from(model=model, base_url=base_url)
    found = available_judges(settings)
    default = choose_judge(settings).partition(":")[0]
    if as_json:
        show.print_json([{**asdict(judge), "default": judge.name == default} for judge in found])
        return
    listing = show.table("judge", "here", "what", "note")
    for judge in found:
        name = f"{judge.name} (default)" if judge.name == default else judge.name
        listing.add_row(name, "yes" if judge.available else "no", judge.what, judge.note)
    show.console().print(listing)
