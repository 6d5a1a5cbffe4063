"""Where the rubrics and prompts that ship with the package are: inside the wheel, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from interviewer.errors import SettingsError, UnknownName


def shipped(name: str) -> Path:
    """The folder `rubrics` or `prompts` as installed."""
    here = Path(__file__).parent
    for folder in (here / "_data" / name, here.parent / name):
        if folder.is_dir():
            return folder
    raise SettingsError(f"The installation is incomplete: it has no {name}/ folder. Install interviewer again.")


def bank_folder(name: str) -> Path:
    """The folder of a bank: a path to one, or the id of one that ships.

    Raises:
        UnknownName: neither.

    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    banks = {folder.name: folder for folder in sorted(shipped("rubrics").iterdir()) if folder.is_dir()}
    if name in banks:
        return banks[name]
    raise UnknownName("bank", name, banks, "Give the folder of a bank, or the id of one that ships.")
