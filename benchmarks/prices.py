"""Write `docs/judges.md`: the judges, and what 1,000 answers cost with each, from `genai-prices` and token counts.

python benchmarks/prices.py            # to standard output
python benchmarks/prices.py --write    # to docs/judges.md
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from genai_prices import Usage, calc_price

from interviewer.answer import Answer
from interviewer.judges.chat import judge_messages
from interviewer.judges.decisions import decision_request
from interviewer.judges.local import LocalJudge
from interviewer.judges.predicates import predicates_for
from interviewer.judges.reply import reply_schema
from interviewer.llm import count_tokens
from interviewer.rubric import Rubric, load_rubric, only
from interviewer.settings import DEFAULT_BANK, DEFAULT_MODEL

ROOT = Path(__file__).parent.parent
STRONG_MODEL = "gpt-6-sol"
REASON = "The answer says in its second sentence that this is so, and gives the cause that the point asks for, plainly."


def main() -> None:
    answers = list(labelled_answers())
    ways = {
        ("`decisions`, one request an answer", DEFAULT_MODEL): total(decision_tokens(*answer) for answer in answers),
        ("`chat`, one call an answer", DEFAULT_MODEL): total(chat_tokens(*answer) for answer in answers),
        ("`chat`, one call an answer", STRONG_MODEL): total(chat_tokens(*answer) for answer in answers),
        ("a chat call for each criterion", DEFAULT_MODEL): total(criterion_tokens(*answer) for answer in answers),
        ("a chat call for each criterion", STRONG_MODEL): total(criterion_tokens(*answer) for answer in answers),
    }
    costs = {way: dollars(way[1], tokens) * 1000 / len(answers) for way, tokens in ways.items()}
    cheapest = costs["`decisions`, one request an answer", DEFAULT_MODEL]
    rows = [
        f"| {way} | {model} | {calls / len(answers):.1f} | {put_in / len(answers):,.0f} | {put_out / len(answers):,.0f} "
        f"| ${costs[way, model]:,.2f} | {costs[way, model] / cheapest:,.1f} |"
        for (way, model), (calls, put_in, put_out) in ways.items()
    ]
    rubrics = {rubric.id: rubric for rubric, _ in answers}
    text = (ROOT / "benchmarks" / "judges.md").read_text(encoding="utf-8").format(
        version=version("genai-prices"), answers=f"{len(answers):,}", questions=len(rubrics), luna=DEFAULT_MODEL,
        words=round(sum(len(answer.text.split()) for _, answer in answers) / len(answers)),
        points=sum(len(rubric.points) for rubric in rubrics.values()), table="\n".join(rows),
    )  # fmt: skip
    if "--write" in sys.argv:
        (ROOT / "docs" / "judges.md").write_text(text, encoding="utf-8")
    else:
        print(text)


def labelled_answers() -> Any:
    """Rubrics of the shipped bank, each with the answers that `training/` holds for it."""
    for path in sorted((ROOT / "training" / "answers" / DEFAULT_BANK).glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        rubric = load_rubric(ROOT / "rubrics" / DEFAULT_BANK / f"{data['rubric']}.yaml")
        for answer in data["answers"]:
            yield rubric, Answer(answer["text"])


def decision_tokens(rubric: Rubric, answer: Answer) -> tuple[int, int, int]:
    """Requests, input tokens, output tokens that are paid for."""
    request = decision_request(rubric, answer, predicates_for(rubric))
    return 1, count_tokens([*request["input"], *({"content": q["instructions"]} for q in request["questions"])]), 0


def chat_tokens(rubric: Rubric, answer: Answer) -> tuple[int, int, int]:
    schema = {"content": json.dumps(reply_schema(rubric))}
    reply = {"content": json.dumps({j.point: _part(rubric, j) for j in LocalJudge().judge_now(rubric, answer)})}
    return 1, count_tokens([*judge_messages(rubric, answer), schema]), count_tokens([reply])


def criterion_tokens(rubric: Rubric, answer: Answer) -> tuple[int, int, int]:
    return total(chat_tokens(only(rubric, [point]), answer) for point in rubric.points)


def total(tokens: Any) -> tuple[int, int, int]:
    calls, put_in, put_out = (sum(column) for column in zip(*tokens, strict=True))
    return calls, put_in, put_out


def dollars(model: str, tokens: tuple[int, int, int]) -> float:
    """The price of all the calls: for each its mean tokens, since some prices rise with the size of one call."""
    calls, put_in, put_out = tokens
    usage = Usage(input_tokens=round(put_in / calls), output_tokens=round(put_out / calls))
    return float(calc_price(usage, model_ref=model, provider_id="openai").total_price) * calls


def _part(rubric: Rubric, judgement: Any) -> dict[str, Any]:
    quotes = [span.text for span in judgement.evidence]
    if rubric[judgement.point].items:
        found = [{"item": item, "quote": item} for item in judgement.items]
        return {"reason": REASON, "found": found, "contradicted": False, "quotes": []}
    return {"reason": REASON, "quotes": quotes, "verdict": judgement.verdict.value}


if __name__ == "__main__":
    main()
