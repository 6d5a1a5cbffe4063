"""Measure every model on what was held aside, and write `docs/local-judge.md` and the figures that the judge shows.

python -m training.evaluate [<folder of SemEval-2013 task 7>]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.judgement import Verdict
from interviewer.judges.local import FIGURES_FILE, LocalModel
from training.data import BANK, ROOT, Corpus, Verdicts, group
from training.figures import Agreement, agreement
from training.probes import Probe, probes
from training.reliability import calibration_error, diagram, table, tenths
from training.rivals import Rival, rivals, said
from training.semeval import Short, read_semeval

PAGE, DRAWING = ROOT / "docs/local-judge.md", ROOT / "docs/local-judge-reliability.svg"
DRAWN = {"local": "trees, meanings and encoder (`local`)", "local:fast": "trees (`local:fast`)"}
SUBSETS = {
    "keyword-dropping": ("keywords",),
    "contradiction": ("contradiction", "negation"),
    "contradiction without a negating word": ("opposite",),
    "paraphrase": ("foreign-words", "analogy"),
    "short and true": ("terse",),
    "rubric recited": ("parrot",),
    "off-topic and near-miss": ("off-topic", "near-miss"),
}
TRUST = (
    "The local judge is a small model on this machine. On {what} that it was not fitted to it agreed with this "
    "project's own labels on {accuracy:.0%} of {n:,} verdicts (κ {kappa:.2f}): a help for practice, not a mark."
)


class Told(NamedTuple):
    """What one model said about some answers: probabilities, a row for each point."""

    answers: Sequence[Verdicts]
    chances: NDArray[np.float64]

    @property
    def truth(self) -> list[str]:
        return [str(v) for a in self.answers for v in a.verdicts.values()]

    @property
    def agreement(self) -> Agreement:
        return agreement(self.truth, said(self.chances), [group(a) for a in self.answers for _ in a.verdicts])

    def only(self, keep: Sequence[bool]) -> Told:
        """The same for some of the answers."""
        rows = [kept for a, kept in zip(self.answers, keep, strict=True) for _ in a.verdicts]
        return Told([a for a, kept in zip(self.answers, keep, strict=True) if kept], self.chances[rows])


def told(rival: Rival, answers: Sequence[Verdicts]) -> Told:
    return Told(answers, rival([(a.rubric, a.text) for a in answers]))


def own_table(found: dict[str, Told]) -> str:
    """Agreement with the project's own labels, by split."""
    lines = [
        "| model | held aside | n | accuracy | macro-F1 | κ | κ above the first version |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    splits = {
        "all": lambda _: True,
        "other fields": lambda a: a.field != BANK,
        "the bank's questions": lambda a: a.field == BANK,
    }
    first = next(name for name in found if name.startswith("lexical"))
    for split, belongs in splits.items():
        base = found[first].only([belongs(a) for a in found[first].answers]).agreement.kappa
        for name, what in found.items():
            how = what.only([belongs(a) for a in what.answers]).agreement
            (a, b), (c, d) = how.accuracy_interval, how.kappa_interval
            lines.append(
                f"| {name} | {split} | {how.n:,} | {how.accuracy:.3f} ({a:.3f}–{b:.3f}) | {how.macro_f1:.3f} "
                f"| {how.kappa:.3f} ({c:.3f}–{d:.3f}) | {how.kappa - base:+.3f} |"
            )
    return "\n".join(lines)


def subset_table(found: dict[str, Told]) -> str:
    """Accuracy by style of answer."""
    rows = {name: [s in styles for s in _styles(found)] for name, styles in SUBSETS.items()}
    lines = ["| model | " + " | ".join(f"{name} (n)" for name in rows) + " |", "|---|" + "--:|" * len(rows)]
    for name, what in found.items():
        hows = [what.only(keep).agreement for keep in rows.values()]
        lines.append(f"| {name} | " + " | ".join(f"{how.accuracy:.3f} ({how.n})" for how in hows) + " |")
    return "\n".join(lines)


def _styles(found: dict[str, Told]) -> list[str]:
    return [a.style for a in next(iter(found.values())).answers]


def probe_table(models: dict[str, Rival], made: Sequence[Probe]) -> str:
    """For each kind of probe, how often the verdict was the right one; an answer that says nothing must earn nothing."""
    kinds = list(dict.fromkeys(probe.kind for probe in made))
    lines = ["| model | " + " | ".join(kinds) + " |", "|---|" + "--:|" * len(kinds)]
    for name, rival in models.items():
        verdicts = said(rival([(p.rubric, p.text) for p in made]))
        right: dict[str, list[bool]] = {kind: [] for kind in kinds}
        place = 0
        for probe in made:
            for point in probe.rubric.points:
                if point.id in probe.points:
                    credited = verdicts[place] in {Verdict.COVERED, Verdict.PARTIAL}
                    nothing = probe.wanted is Verdict.MISSING
                    right[probe.kind].append(not credited if nothing else verdicts[place] == probe.wanted)
                place += 1
        lines.append(f"| {name} | " + " | ".join(f"{np.mean(right[kind]):.3f}" for kind in kinds) + " |")
    return "\n".join(lines)


def band_text(what: Told, band: float) -> str:
    """What is left ungraded, and how sure the rest is."""
    top, right = certainty(what)
    graded = top >= band
    found = tenths(top, right)
    return "\n".join(
        [
            (
                f"Below a probability of {band:.2f} a point is left ungraded: {1 - graded.mean():.1%} of the verdicts held aside, "
                f"of which {right[~graded].mean():.0%} would have been right; of the graded ones {right[graded].mean():.1%} are, "
                f"and of the more certain half {right[top >= np.median(top)].mean():.1%}. The expected calibration error is "
                f"{calibration_error(found):.3f}."
            ),
            "",
            table(found),
        ]
    )


def certainty(what: Told) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The probability of the likeliest verdict, and whether it was right."""
    return what.chances.max(1), np.array(what.truth) == np.array(said(what.chances))


def semeval_table(models: dict[str, Rival], short: Sequence[Short]) -> str:
    """Two-way agreement on short answers from elsewhere, to which nothing was fitted."""
    lines = ["| model | set | n | accuracy | macro-F1 | κ |", "|---|---|--:|--:|--:|--:|"]
    for name, rival in models.items():
        chances = rival([(s.rubric, s.text) for s in short])
        edges = np.cumsum([0, *(len(s.rubric.points) for s in short)])
        right = [bool((chances[a:b].argmax(1) == 0).any()) for a, b in pairwise(edges)]
        for chosen in sorted({s.set for s in short}):
            keep = [i for i, s in enumerate(short) if s.set == chosen]
            groups = [short[i].rubric.hash for i in keep]
            how = agreement([str(short[i].correct) for i in keep], [str(right[i]) for i in keep], groups)
            low, high = how.kappa_interval
            row = f"{how.n:,} | {how.accuracy:.3f} | {how.macro_f1:.3f} | {how.kappa:.3f} ({low:.3f}–{high:.3f})"
            lines.append(f"| {name} | {chosen} | {row} |")
    return "\n".join(lines)


def written_into(page: str, tables: dict[str, str]) -> str:
    """The page with each `<!-- name -->` … `<!-- end -->` filled anew."""
    for name, text in tables.items():
        page = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda m, t=text: f"{m[1]}{t}\n{m[2]}", page, flags=re.DOTALL
        )
    return page


def main(semeval: Path | None = None) -> None:
    corpus = Corpus()
    models = rivals(corpus.split("fit", "tune"))
    test = corpus.split("test")
    found = {name: told(rival, test) for name, rival in models.items()}
    shipped = {"trees-3": "trees (`local:fast`)", "encoder-3": "trees, meanings and encoder (`local`)"}
    trust = {}
    for version, name in shipped.items():
        if name in found:
            how = found[name].agreement
            what = f"{len({group(a) for a in test if a.field != BANK})} fields and {len({a.rubric.id for a in test if a.field == BANK})} questions"
            trust[version] = TRUST.format(what=what, accuracy=how.accuracy, n=how.n, kappa=how.kappa)
    best = LocalModel.whole()
    rubrics = list({a.rubric.hash: a.rubric for a in test}.values())
    tables = {
        "own": own_table(found),
        "subsets": subset_table(found),
        "probes": probe_table(models, list(probes(rubrics))),
        "band": band_text(found[shipped[best.version]], best.band),
    }
    if semeval:
        tables["semeval"] = semeval_table(models, list(read_semeval(semeval)))
    DRAWING.write_text(diagram({v: tenths(*certainty(found[name])) for v, name in DRAWN.items()}), encoding="utf-8")
    FIGURES_FILE.write_text(json.dumps({"trust": trust}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(written_into(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
    print(*tables.values(), *trust.values(), sep="\n\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
