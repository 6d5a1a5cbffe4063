"""Orders through the fake of the Batch API, as their users place and collect them."""

from __future__ import annotations

import asyncio
import csv
import json
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from batch_api import error, good

from interviewer.batch.post.ledger import LEDGER_FILE, Ledger
from interviewer.batch.post.lines import Limits
from interviewer.batch.post.office import Office
from interviewer.cache import JudgementStore
from interviewer.judges import make_judge
from interviewer.settings import load_settings


def write_answers(count: int, begin: str = "Answer") -> None:
    with Path("in.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["who", "question", "answer"])
        writer.writerows([f"c{n}", "tea", f"{begin} number {n} is about leaves."] for n in range(count))


def graded() -> list[dict[str, str]]:
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def place(cli, *options: str):
    result = cli("grade", "in.csv", "-o", "out.csv", "--via", "batch", *options)
    assert result.exit_code == 0, result.output
    return result


def collect(cli, *options: str):
    result = cli("batches", "collect", *options)
    assert result.exit_code == 0, result.output
    return result


def ledger() -> Ledger:
    return Ledger(load_settings().data_folder / LEDGER_FILE)


def said(request: dict) -> str:
    return request["body"]["messages"][1]["content"]


def test_an_order_is_posted_collected_days_later_and_written_in_the_order_of_its_rows(api, cli):
    write_answers(20)
    assert "20 answers posted in 1 batches" in place(cli).output
    assert not Path("out.csv").exists()
    for state in ("validating", "in_progress", "finalizing"):
        assert state in cli("batches").output
        assert f"20 answers are still under way (1 {state})" in collect(cli).output
        api.turn()
    output = collect(cli).output
    assert "20 answers judged" in output
    assert [row["who"] for row in graded()] == [f"c{n}" for n in range(20)]
    assert {row["status"] for row in graded()} == {"graded"}
    assert set(api.paid.values()) == {1}
    assert "Nothing is under way" in collect(cli).output
    assert json.loads(cli("batches", "--all", "--json").output)[0]["state"] == "collected"
    with ledger() as kept:
        assert kept._db.execute("SELECT COUNT(*) FROM requests").fetchone() == (0,), (
            "answers are kept no longer than needed"
        )


def test_the_grades_are_those_that_calls_give(api, cli, monkeypatch, tmp_path):
    def answer(request):
        response = good(request)
        message = response["body"]["choices"][0]["message"]
        verdicts = json.loads(message["content"])
        first = next(name for name, value in verdicts.items() if "verdict" in value)
        quote = "water has to boil" if len(request["body"]["messages"]) > 2 else "a made-up quote"
        verdicts[first] |= {"verdict": "covered", "quotes": [quote]}
        message["content"] = json.dumps(verdicts)
        return response

    write_answers(12, "The water has to boil; answer")
    api.answer = answer
    place(cli)
    api.turn(times=3)
    assert "12 requests posted again" in collect(cli).output, "an unproved quote is asked about once more"
    api.turn(times=3)
    collect(cli)
    by_post = Path("out.csv").read_bytes()
    monkeypatch.setenv("INTERVIEWER_CACHE_DIR", str(tmp_path / "other"))
    result = cli("grade", "in.csv", "-o", "out.csv", "--overwrite")
    assert result.exit_code == 0, result.output
    assert Path("out.csv").read_bytes() == by_post


def test_requests_that_expired_or_failed_in_passing_are_posted_again_and_nothing_is_paid_twice(api, cli):
    write_answers(30)
    place(cli)
    first = api.batches["batch-0"]
    api.expire(first, done=lambda request: "number 1" in said(request))
    assert "11 answers judged" in collect(cli).output
    assert len(api.requests_of(api.batches["batch-1"])) == 19
    api.answer = lambda request: error(500, "broken") if "number 2" in said(request) else good(request)
    api.turn(times=3)
    assert "10 requests posted again" not in collect(cli).output.replace("11 requests posted again", "")
    api.answer = good
    api.turn(times=3)
    collect(cli)
    assert {row["status"] for row in graded()} == {"graded"}
    assert set(api.paid.values()) == {1}
    assert len(api.paid) == 30


def test_a_request_that_never_succeeds_fails_with_its_reason_and_the_others_are_written(api, cli):
    write_answers(5)
    api.answer = lambda request: (
        error(400, "no such thing") if "number 1" in said(request)
        else error(500, "broken") if "number 2" in said(request)
        else {"status_code": 200, "dropped": True} if "number 3" in said(request)
        else good(request)
    )  # fmt: skip
    place(cli)
    for _ in range(4):
        api.turn(times=3)
        collect(cli)
    rows = graded()
    assert [row["status"] for row in rows] == ["graded", "failed", "failed", "failed", "graded"]
    assert "the server refused the request: no such thing" in rows[1]["error"]
    assert "Posted 4 times" in rows[2]["error"]
    assert "HTTP 500: broken" in rows[2]["error"]
    assert "sent no reply that can be read" in rows[3]["error"]


def test_lines_that_are_broken_doubled_or_strange_harm_nobody(api, cli):
    write_answers(4)
    place(cli)
    reply = good(api.requests_of(api.batches["batch-0"])[0])
    twice = {"custom_id": api.requests_of(api.batches["batch-0"])[0]["custom_id"], "response": reply, "error": None}
    strange = {"custom_id": "of-somebody-else", "response": reply, "error": None}
    lines = [b'{"custom_id": "half', b"\xff\xfe", b"[]", json.dumps(twice).encode(), json.dumps(strange).encode()]
    api.garbage = b"\n".join(lines) + b"\n"

    def separated(request):
        response = good(request)
        response["body"]["id"] = "a\u2028b\x85c"  # separates lines for some, not in JSON Lines
        return response

    api.answer = separated
    api.turn(times=3)
    assert "4 answers judged" in collect(cli).output
    assert {row["status"] for row in graded()} == {"graded"}


def test_a_batch_that_fails_as_a_whole_is_posted_again_and_one_too_many_waits_for_room(api, cli):
    write_answers(3)
    place(cli)
    api.errors = [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached."}]
    api.turn()
    assert "3 requests posted again" in collect(cli).output
    api.errors = [{"code": "invalid", "message": "The file is broken.", "line": 2}]
    api.turn()
    assert "3 requests posted again" in collect(cli).output
    assert "line 2: The file is broken." in cli("batches", "--json").output
    api.turn(times=3)
    collect(cli)
    assert {row["status"] for row in graded()} == {"graded"}


def test_a_cancelled_order_writes_what_it_has_and_the_rest_can_be_graded_later(api, cli):
    write_answers(3)
    place(cli)
    with ledger() as kept:
        (order,) = [order.id for order in kept.orders()]
    assert "1 batches were told to stop" in cli("batches", "cancel", order).output
    api.turn()
    collect(cli, order)
    assert {row["status"] for row in graded()} == {"failed"}
    assert "The batch was cancelled" in graded()[0]["error"]
    place(cli, "--resume")
    api.turn(times=3)
    collect(cli)
    assert {row["status"] for row in graded()} == {"graded"}


def test_the_same_answers_ordered_twice_are_posted_once_and_what_is_judged_is_not_posted(api, cli):
    write_answers(6)
    place(cli)
    again = cli("grade", "in.csv", "-o", "second.csv", "--via", "batch")
    assert "0 answers posted in 0 batches, 6 on their" in again.output
    api.turn(times=3)
    collect(cli)
    assert len(Path("second.csv").read_text().splitlines()) == len(Path("out.csv").read_text().splitlines()) == 7
    write_answers(7)
    assert "1 answers posted" in place(cli, "--resume").output
    assert len(api.batches) == 2


def test_what_is_all_judged_is_written_at_once(api, cli):
    write_answers(2)
    place(cli)
    api.turn(times=3)
    collect(cli)
    Path("out.csv").unlink()
    place(cli)
    assert len(graded()) == 2
    assert len(api.batches) == 1


class TestAStopAtAnyMoment:
    """Each step is in the ledger before the next: nothing is uploaded, made or paid for twice."""

    def test_a_lost_answer_to_the_making_of_a_batch_does_not_make_it_twice(self, api, cli, monkeypatch):
        lost = iter([True])
        api.lose_reply = lambda method, path: (method, path) == ("POST", "/batches") and next(lost, False)
        monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "2")
        write_answers(3)
        place(cli)
        assert len(api.batches) == 1
        api.turn(times=3)
        collect(cli)
        assert set(api.paid.values()) == {1}

    def test_a_lost_answer_to_an_upload_does_not_upload_it_twice(self, api, cli, monkeypatch):
        lost = iter([True])
        api.lose_reply = lambda method, path: (method, path) == ("POST", "/files") and next(lost, False)
        monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "2")
        write_answers(3)
        place(cli)
        assert len(api.uploads) == len(api.batches) == 1

    def test_a_batch_that_the_server_makes_after_it_was_looked_for_is_cancelled_before_it_costs(
        self, api, cli, monkeypatch
    ):
        late = iter([True])
        made = threading.Event()

        def is_slow_at_first(when: str, method: str, path: str) -> None:
            if (when, method, path) == ("before", "POST", "/batches"):
                if next(late, False):
                    made.wait(60)
                else:
                    threading.Timer(0.2, made.set).start()

        api.meet = is_slow_at_first
        monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "2")
        monkeypatch.setenv("INTERVIEWER_TIMEOUT", "3")
        write_answers(3)
        place(cli)
        end = time.monotonic() + 60
        while len(api.batches) < 2:
            assert time.monotonic() < end
            time.sleep(0.02)
        collect(cli)
        assert Counter(batch["status"] for batch in api.batches.values()) == {"validating": 1, "cancelling": 1}
        api.turn(times=3)
        collect(cli)
        assert {row["status"] for row in graded()} == {"graded"}
        assert set(api.paid.values()) == {1}

    @pytest.mark.parametrize("step", [("POST", "/files"), ("POST", "/batches")])
    def test_going_on_after_an_upload_or_a_batch_that_failed(self, api, cli, monkeypatch, step):
        monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "0")
        api.refuse = lambda *asked: 503 * (asked == step)
        write_answers(3)
        result = cli("grade", "in.csv", "-o", "out.csv", "--via", "batch")
        assert result.exit_code == 4
        assert "What was posted is remembered" in result.output
        api.refuse = lambda *_: 0
        assert "3 requests posted again" in collect(cli).output
        assert api.asked["POST /files"] == 1
        api.turn(times=3)
        collect(cli)
        assert {row["status"] for row in graded()} == {"graded"}
        assert set(api.paid.values()) == {1}

    def test_an_upload_that_was_not_written_down_is_found_again(self, api, cli):
        write_answers(3)
        place(cli)
        api.batches.clear()
        with ledger() as kept:
            kept._db.execute("UPDATE batches SET batch = '', file = ''")
        assert "3 requests posted again" in collect(cli).output
        assert len(api.uploads) == len(api.batches) == 1

    def test_the_same_command_goes_on_with_its_order_and_another_one_can_collect_it(self, api, cli, monkeypatch):
        monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "0")
        write_answers(3)
        api.refuse = lambda *asked: 503
        assert cli("grade", "in.csv", "-o", "out.csv", "--via", "batch").exit_code == 4
        api.refuse = lambda *_: 0
        assert "3 answers posted in 1 batches" in place(cli).output
        with ledger() as kept:
            assert len(kept.orders()) == 1
        assert cli("grade", "in.csv", "-o", "second.csv", "--via", "batch").exit_code == 0
        with ledger() as kept:
            second = next(order.id for order in kept.orders() if order.output.endswith("second.csv"))
        api.turn(times=3)
        assert "3 answers judged" in collect(cli, second).output
        assert len(Path("second.csv").read_text(encoding="utf-8").splitlines()) == 4

    def test_two_processes_do_not_post_at_once(self, api, cli, monkeypatch):
        monkeypatch.setattr("interviewer.batch.post.ledger.PATIENCE", 0.1)
        write_answers(1)
        with ledger() as kept, kept.alone():
            result = cli("grade", "in.csv", "-o", "out.csv", "--via", "batch")
        assert result.exit_code == 1
        assert "Another process is posting or collecting" in result.output
        assert not api.uploads

    def test_a_made_batch_that_was_not_written_down_is_found_again(self, api, cli):
        write_answers(3)
        place(cli)
        with ledger() as kept:
            kept._db.execute("UPDATE batches SET batch = ''")
        api.turn(times=3)
        collect(cli)
        collect(cli)
        assert len(api.batches) == 1
        assert len(graded()) == 3

    def test_a_download_that_broke_off_is_made_again(self, api, cli, monkeypatch):
        monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "0")
        write_answers(3)
        place(cli)
        api.turn(times=3)
        api.lose_reply = lambda method, path: path.endswith("/content")
        assert cli("batches", "collect").exit_code == 4
        api.lose_reply = lambda *_: False
        assert "3 answers judged" in collect(cli).output


def test_files_stay_within_the_limits_on_requests_and_bytes(api, cli, monkeypatch):
    monkeypatch.setenv("INTERVIEWER_MAX_RETRIES", "0")
    write_answers(25)
    api.refuse = lambda method, path: 503 * (path == "/files")
    cli("grade", "in.csv", "-o", "out.csv", "--via", "batch")
    api.refuse = lambda *_: 0
    with ledger() as kept, JudgementStore(Path(":memory:")) as store:
        (order,) = kept.orders()
        kept.settle([request.now("waiting") for request in kept.in_batch(1)], kept.batches(order.id)[0])

        async def submit(limits: Limits) -> None:
            judge = make_judge("chat", load_settings())
            await Office(judge, kept, store, limits).submit(order)
            await judge.model.client.close()

        asyncio.run(submit(Limits(requests=10, bytes=30_000)))
    sizes = [len(api.files[batch["input_file_id"]]) for batch in api.batches.values()]
    counts = [len(api.requests_of(batch)) for batch in api.batches.values()]
    assert sum(counts) == 25
    assert max(counts) <= 10
    assert max(sizes) <= 30_000
    assert len(counts) > 3


def test_what_cannot_go_by_post_is_refused_before_anything_is_sent(api, cli, monkeypatch):
    write_answers(1)
    for options, message in [
        (("--judge", "local"), "needs the chat judge"),
        (("--no-cache",), "do not go with --via batch"),
        (("--max-cost", "1"), "do not go with --via batch"),
    ]:
        result = cli("grade", "in.csv", "-o", "out.csv", "--via", "batch", *options)
        assert result.exit_code == 1
        assert message in result.output
    assert "not standard input" in cli("grade", "-", "--format", "csv", "-o", "o.csv", "--via", "batch").output
    place(cli)
    monkeypatch.setenv("INTERVIEWER_TEMPERATURE", "0.5")
    changed = cli("batches", "collect")
    assert changed.exit_code == 1
    assert "settings differ" in changed.output
    assert "There is no order 'xyz'" in cli("batches", "cancel", "xyz").output


def test_no_secret_is_kept(api, cli):
    write_answers(1)
    place(cli)
    assert b"sk-secret" not in b"".join(
        p.read_bytes() for p in Path(load_settings().data_folder).rglob("*") if p.is_file()
    )
