"""Points, rubrics and banks: what an answer to one question can cover, and what that is worth.

Reads and writes their YAML. Whether a rubric is *good* (leaking follow-ups, duplicates) is for `check.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SkipValidation, ValidationError, model_validator

from interviewer.errors import Fault, RubricError, UnknownName
from interviewer.faults import plain_fault
from interviewer.resources import bank_folder
from interviewer.yaml_source import line_of, load_yaml

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
BANK_FILE = "bank.yaml"

Slug = Annotated[str, Field(pattern=SLUG, max_length=64)]
Prose = Annotated[str, Field(min_length=3, max_length=2000)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


_M = TypeVar("_M", bound=_Model)


class Kind(StrEnum):
    """How much a point matters: a great answer needs the core, gains from the rest, may add a bonus."""

    CORE = "core"
    SUPPORTING = "supporting"
    BONUS = "bonus"


class Level(StrEnum):
    """How far along a candidate should be before being asked this."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Style(StrEnum):
    """What is asked for: what the candidate knows, or a story of what they did."""

    KNOWLEDGE = "knowledge"
    BEHAVIOURAL = "behavioural"


class Item(_Model):
    """One entry of a list point: its text, and other names under which it counts as named."""

    text: Annotated[str, Field(min_length=2, max_length=2000)]
    also: tuple[Annotated[str, Field(min_length=2)], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every wording of the item, the rubric's own first."""
        return (self.text, *self.also)


def _item_from_text(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class Point(_Model):
    """One thing that an answer can cover.

    `weight` is in (0, 10]. A list point has `items`, of which `need` (1 … number of items) are enough.
    """

    id: Slug
    statement: Prose
    kind: Kind = Kind.CORE
    weight: float = Field(default=1, gt=0, le=10)
    items: tuple[Annotated[Item, BeforeValidator(_item_from_text)], ...] = ()
    need: int | None = Field(default=None, ge=1)
    partial: Prose | None = None
    excludes: tuple[Slug, ...] = ()
    follow_up: Prose
    explanation: Prose

    @model_validator(mode="after")
    def _items_and_need_agree(self) -> Self:
        if self.items and self.need is None:
            raise ValueError("a point with items says in 'need' how many of them are enough")
        if self.need is not None and self.need > len(self.items):
            raise ValueError(f"'need' is {self.need}, but there are {len(self.items)} items")
        return self


class Rubric(_Model):
    """One question with its points."""

    id: Slug
    question: Prose
    level: Level = Level.INTERMEDIATE
    style: Style = Style.KNOWLEDGE
    draft: bool = False
    points: tuple[Point, ...] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _ids_hold_together(self) -> Self:
        ids = [point.id for point in self.points]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"the point id {twice[0]!r} stands twice")
        for point in self.points:
            for other in point.excludes:
                if other not in ids or other == point.id:
                    raise ValueError(f"point {point.id!r} excludes {other!r}, which is no other point of this rubric")
        if all(point.kind is Kind.BONUS for point in self.points):
            raise ValueError("every point is a bonus: at least one must be core or supporting")
        return self

    def __getitem__(self, point_id: str) -> Point:
        for point in self.points:
            if point.id == point_id:
                return point
        raise UnknownName("point", point_id, [point.id for point in self.points])

    def __hash__(self) -> int:
        """Quick, so that what is made of a rubric alone (a prompt, a schema) can be remembered for a million answers."""
        return hash(self.hash)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (16 hex digits) of all that can change a verdict or the score; not of follow-ups or explanations."""
        judged = self.model_dump(
            mode="json",
            include={"question": True, "points": {"__all__": {*Point.model_fields} - {"follow_up", "explanation"}}},
        )
        return hashlib.sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()[:16]


def only(rubric: Rubric, points: Sequence[Point]) -> Rubric:
    """The rubric with only these of its points, in its own order."""
    ids = {point.id for point in points}
    kept = tuple(
        p.model_copy(update={"excludes": tuple(e for e in p.excludes if e in ids)})
        for p in rubric.points
        if p.id in ids
    )
    # Not model_copy: that would keep the hash of the whole rubric, which is computed once.
    fields = {name: getattr(rubric, name) for name in Rubric.model_fields} | {"points": kept}
    return Rubric.model_construct(**fields)


PartOfRubric = Annotated[Rubric, SkipValidation]
"""A field that also takes what `only` gives, in which every point may be a bonus."""


class Section(_Model):
    """A named part of a bank and the ids of its questions, in the order in which they are asked."""

    id: Slug
    title: Prose
    questions: tuple[Slug, ...] = Field(min_length=1)


class Contents(_Model):
    """What `bank.yaml` holds: the role, and the order of sections and questions."""

    id: Slug
    title: Prose
    sections: tuple[Section, ...] = Field(min_length=1)


class Bank(_Model):
    """A role's rubrics, in the order of its sections."""

    id: str
    title: str
    sections: tuple[Section, ...]
    rubrics: tuple[Rubric, ...]

    @classmethod
    def load(cls, folder: Path | str) -> Bank:
        """Read `folder/bank.yaml` and one `<id>.yaml` for each question that it names.

        A string may also be the id of a bank that ships.

        Raises:
            RubricError: with every fault of every file, each with its line.
            UnknownName: a string is neither a folder nor the id of a bank that ships.

        """
        folder = bank_folder(folder) if isinstance(folder, str) else folder
        contents = load_contents(folder)
        faults: list[Fault] = []
        rubrics: list[Rubric] = []
        for question in (question for section in contents.sections for question in section.questions):
            try:
                rubrics.append(load_rubric(folder / f"{question}.yaml"))
            except RubricError as error:
                faults.extend(error.faults)
        if faults:
            raise RubricError(faults)
        return cls(id=contents.id, title=contents.title, sections=contents.sections, rubrics=tuple(rubrics))

    @cached_property
    def _by_id(self) -> Mapping[str, Rubric]:
        return {rubric.id: rubric for rubric in self.rubrics}

    @cached_property
    def _sections(self) -> Mapping[str, Section]:
        return {question: section for section in self.sections for question in section.questions}

    def __getitem__(self, question: str) -> Rubric:
        """The rubric with this id, or `UnknownName` with the nearest ids."""
        try:
            return self._by_id[question]
        except KeyError:
            raise UnknownName("question", question, self._by_id, "`interviewer rubrics list` shows them all.") from None

    def __iter__(self) -> Iterator[Rubric]:  # type: ignore[override]  # a bank is its rubrics, not its fields
        return iter(self.rubrics)

    def __len__(self) -> int:
        return len(self.rubrics)

    def section_of(self, question: str) -> Section:
        """The section in which a question stands."""
        return self._sections[self[question].id]


def load_rubric(path: Path) -> Rubric:
    """One rubric from its YAML file.

    Raises:
        RubricError: the file is not a valid rubric, or its name is not `<id>.yaml`.

    """
    rubric = _load(Rubric, path)
    if path.stem != rubric.id:
        raise RubricError(
            [Fault(path, line_of(path, ["id"]), f"the id is {rubric.id!r}, so the file must be {rubric.id}.yaml.")]
        )
    return rubric


def load_contents(folder: Path) -> Contents:
    """The table of contents of a bank, from `folder/bank.yaml`.

    Raises:
        RubricError: there is none, or it is not valid.

    """
    path = folder / BANK_FILE
    if not path.is_file():
        raise RubricError([Fault(folder, 0, f"there is no {BANK_FILE} here, so this is no bank.")])
    return _load(Contents, path)


def dump_yaml(model: Rubric | Contents) -> str:
    """YAML as a coach would write it: fields in order, defaults left out, long text folded."""
    data = model.model_dump(mode="json", exclude_defaults=True)
    for point in data.get("points", []):
        if "items" in point:
            point["items"] = [item if item.get("also") else item["text"] for item in point["items"]]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)


def _load(model: type[_M], path: Path) -> _M:
    data = load_yaml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # A list of which every entry is faulty is called too short as well: only the entries' faults are news.
        details = error.errors()
        inner = [d for d in details if not any(o["loc"][: len(d["loc"])] == d["loc"] != o["loc"] for o in details)]
        fields: dict[str, list[str]] = {
            "": list(model.model_fields),
            "points": list(Point.model_fields),
            "items": list(Item.model_fields),
            "sections": list(Section.model_fields),
        }
        raise RubricError(plain_fault(path, detail, fields) for detail in inner) from None
