"""Guide documents to a bank: by a language model and checked by code, or by rules as drafts. Writes the files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from interviewer.check import check_rubric
from interviewer.draft import draft_rubric, slug
from interviewer.errors import InputError
from interviewer.guide import Guide, parse_guides
from interviewer.llm import ChatModel, make_client
from interviewer.prompts import BuildRepair, BuildRubric
from interviewer.rubric import BANK_FILE, Contents, Rubric, Section, dump_yaml
from interviewer.settings import Settings
from interviewer.yaml_source import read_text

MIN_TITLE, MAX_TITLE, MAX_SLUG = 3, 200, 48


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _ItemReply(_Reply):
    text: str
    also: list[str]


class _PointReply(_Reply):
    id: str
    statement: str
    kind: Literal["core", "supporting", "bonus"]
    weight: float
    items: list[_ItemReply]
    need: int | None
    partial: str | None
    excludes: list[str]
    follow_up: str
    explanation: str


class RubricReply(_Reply):
    """What a model replies for one guide: every field there, so that strict schemas can be enforced."""

    id: str
    question: str
    level: Literal["beginner", "intermediate", "advanced"]
    style: Literal["knowledge", "behavioural"]
    points: list[_PointReply]


@dataclass
class Built:
    """What was written, which of it are drafts by rules, and what the reader should know."""

    folder: Path
    written: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {"bank": str(self.folder), "rubrics": self.written, "drafts": self.drafts, "warnings": self.warnings}


def build_bank(
    document: Path,
    folder: Path,
    settings: Settings,
    title: str | None = None,
    draft: bool = False,
    http_client: Any = None,
    progress: Callable[[str], object] = str,
) -> Built:
    """Write a bank of the guides in `document` to `folder`, each rubric as it is made.

    A guide for which the model gave nothing valid in two tries becomes a draft, and a warning says so.

    Raises:
        GuideError: the document holds no guide, or one without content; nothing was written.
        InputError: the folder already holds a bank, or the title is too short; nothing was written.
        JudgeError: the model cannot be asked at all; what was written stays.

    """
    if (folder / BANK_FILE).exists():
        raise InputError(f"{folder} already holds a bank. Choose another folder; nothing was changed.")
    parsed = parse_guides(read_text(document), title=document.stem)
    built = Built(folder, warnings=list(parsed.warnings))
    name, section_ids = _title(title, parsed.title), _section_ids(parsed.guides)
    for guide in parsed.guides:
        draft_rubric(guide)  # whatever becomes of the model, there is a draft for each; only then is anything written
    model = ChatModel(make_client(settings, http_client), settings) if settings.has_model and not draft else None
    folder.mkdir(parents=True, exist_ok=True)
    sections: dict[str, list[str]] = {}

    async def build_all() -> None:
        for number, guide in enumerate(parsed.guides, 1):
            rubric = await _build(guide, name, model, built)
            path = folder / f"{rubric.id}.yaml"
            path.write_text(dump_yaml(rubric), encoding="utf-8")
            sections.setdefault(guide.section, []).append(rubric.id)
            built.written.append(rubric.id)
            progress(f"{number} of {len(parsed.guides)}: {path.name}{' (draft)' if rubric.draft else ''}")

    asyncio.run(build_all())
    contents = Contents(
        id=_slug(name) or "bank",
        title=name,
        sections=tuple(
            Section(id=section_ids[section], title=_long_enough(section, "Section"), questions=tuple(ids))
            for section, ids in sections.items()
        ),
    )
    (folder / BANK_FILE).write_text(dump_yaml(contents), encoding="utf-8")
    return built


def _title(given: str | None, found: str) -> str:
    """The title of the bank: the one that was given, else what the document or its name says."""
    if given is not None and len(given.strip()) < MIN_TITLE:
        raise InputError(f"The title {given!r} is too short: it takes {MIN_TITLE} characters. Nothing was written.")
    return _long_enough(given or found, "Bank")


def _long_enough(title: str, kind: str) -> str:
    """'AI' -> 'Section AI'."""
    title = title.strip()[:MAX_TITLE]
    return title if len(title) >= MIN_TITLE else f"{kind} {title}"


def _section_ids(guides: Iterable[Guide]) -> dict[str, str]:
    """An id of its own for every section of these guides, by its heading."""
    ids: dict[str, str] = {}
    for section in dict.fromkeys(guide.section for guide in guides):
        name, taken = _slug(section) or "section", frozenset(ids.values())
        ids[section] = _numbered(name, taken) if name in taken else name
    return ids


def _slug(title: str) -> str:
    return slug(title)[:MAX_SLUG].strip("-")


async def _build(guide: Guide, role: str, model: ChatModel | None, built: Built) -> Rubric:
    taken = frozenset(built.written)
    if model is not None:
        rubric, faults = await _ask(guide, role, model, built.folder)
        if rubric is not None:
            if rubric.id in taken:
                rubric = rubric.model_copy(update={"id": _numbered(rubric.id, taken)})
            return rubric
        built.warnings.append(
            f"line {guide.line}: the model gave no valid rubric ({faults[0]}); a draft was made by rules."
        )
    drafted = draft_rubric(guide, taken)
    built.drafts.append(drafted.id)
    return drafted


async def _ask(guide: Guide, role: str, model: ChatModel, folder: Path) -> tuple[Rubric | None, list[str]]:
    """A rubric from the model, valid and checked; asked a second time with the faults of the first reply."""
    prompt = BuildRubric(role=role, section=guide.section, question=guide.question, text=guide.text).render()
    messages = [{"role": "user", "content": prompt}]
    faults: list[str] = []
    for _ in range(2):
        reply = await model.ask(messages, RubricReply.model_json_schema())
        if reply.failure and not reply.worth_repeating:
            return None, [reply.failure]
        rubric, faults = (None, [reply.failure]) if reply.failure else _read(reply.text, guide, folder)
        if rubric is not None and not faults:
            return rubric, []
        messages = [
            {"role": "user", "content": prompt},
            *([{"role": "assistant", "content": reply.text}] if reply.text else []),
            {"role": "user", "content": BuildRepair(faults=tuple(faults)).render()},
        ]
    return None, faults


def _read(text: str, guide: Guide, folder: Path) -> tuple[Rubric | None, list[str]]:
    try:
        data = RubricReply.model_validate_json(text).model_dump()
        if guide.question:
            data["question"] = guide.question
        rubric = Rubric.model_validate(data)
    except ValidationError as error:
        return None, [f"{'.'.join(map(str, d['loc']))}: {d['msg']}" for d in error.errors()]
    faults = check_rubric(folder / f"{rubric.id}.yaml", rubric)
    return rubric, [fault.message for fault in faults]


def _numbered(name: str, taken: frozenset[str]) -> str:
    return next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)
