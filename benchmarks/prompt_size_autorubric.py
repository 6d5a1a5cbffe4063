"""One answer graded by autorubric with its defaults: run by `prompt_size.py` in an environment that has it."""

from __future__ import annotations

import asyncio
import json
import sys

from autorubric import Criterion, LLMConfig, Rubric
from autorubric.graders import CriterionGrader


async def main() -> None:
    given = json.load(sys.stdin)
    rubric = Rubric([Criterion(requirement=statement, weight=1.0) for statement in given["points"]])
    model = LLMConfig(model="openai/gpt-4o-mini", api_base=given["url"], api_key="none", max_retries=0)
    grader = CriterionGrader(judge_model_config=model)
    await rubric.grade(given["answer"], grader, query=given["question"])


asyncio.run(main())
