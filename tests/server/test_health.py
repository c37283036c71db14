"""What `/health` says while parts of the server have something wrong."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from flask import Flask
from symposia.server.app import create_app
from symposia.server.health import Trouble, watch
from symposia.server.lanes import Lanes

from .writable import serving


@pytest.fixture(scope="module")
def watched() -> tuple[Flask, dict[str, Trouble]]:
    """An application with a part that can be made to have something wrong."""
    app, troubles = create_app(), {}
    for part in ("engine", "workers"):
        watch(app, part, lambda part=part: troubles.get(part))  # type: ignore[misc]
    return app, troubles


CASES: list[tuple[dict[str, Trouble], int, str]] = [
    ({}, 200, "pass"),
    ({"engine": Trouble("It is down.")}, 200, "warn"),
    ({"engine": Trouble("It is down.", served=False)}, 503, "fail"),
    ({"engine": Trouble("It is down."), "workers": Trouble("None.")}, 200, "warn"),
    ({"engine": Trouble("It is down."), "workers": Trouble("None.", served=False)}, 503, "fail"),
]


@pytest.mark.parametrize(("now", "code", "status"), CASES)
def test_what_is_wrong_with_a_part_is_told(
    watched: tuple[Flask, dict[str, Trouble]], now: dict[str, Trouble], code: int, status: str
) -> None:
    app, troubles = watched
    troubles.clear()
    troubles.update(now)
    answer = app.test_client().get("/health")
    assert (answer.status_code, answer.json["status"]) == (code, status)
    assert answer.json["ready"] == (code == 200)
    told = {part: check["output"] for part, (check,) in answer.json.get("checks", {}).items()}
    assert told == {part: trouble.what for part, trouble in now.items()}
    assert answer.json.get("output", "") == next((t.what for t in now.values()), "")
    assert app.test_client().get("/health/live").json == {"status": "pass", "live": True}


def test_without_a_dataset_it_fails_whatever_else_there_is(tmp_path: Path) -> None:
    app = create_app(tmp_path / "none")
    watch(app, "engine", lambda: Trouble("It is slow."))
    answer = app.test_client().get("/health")
    assert (answer.status_code, answer.json["status"]) == (503, "fail")
    assert "Nothing has been published" in answer.json["output"]


def test_processes_that_end_as_they_start_are_told() -> None:
    lanes = Lanes(1, module="no_such_module")
    app = create_app(lanes=lanes)
    try:
        client = app.test_client()
        assert client.get("/health").json["status"] == "pass"
        lanes.start()
        for _ in range(200):
            answer = client.get("/health")
            if answer.json["status"] != "pass":
                break
            time.sleep(0.05)
        assert (answer.status_code, answer.json["status"]) == (200, "warn")
        (check,) = answer.json["checks"]["query processes"]
        assert check == {"status": "warn", "output": "Processes for a query end as they start."}
        assert client.get("/").status_code == 200
    finally:
        lanes.close()


def test_a_change_that_cannot_be_published_is_told_until_one_can(tmp_path: Path) -> None:
    with serving(tmp_path, "--data", str(tmp_path / "data")) as server:
        (tmp_path / "data" / "lock").unlink(missing_ok=True)
        (tmp_path / "data" / "lock").mkdir()  # in the way of any writer
        insert = "INSERT DATA { GRAPH <x:g> { <x:s> <x:p> 1 } }"
        assert server.update(insert).status == 503
        told = json.loads(server.send("GET", "/health").body)
        assert (told["status"], told["ready"]) == ("warn", True)
        assert told["output"].startswith("The last update could not be published. ")
        assert server.send("GET", "/").status == 200
        (tmp_path / "data" / "lock").rmdir()
        assert server.update(insert).status == 204
        assert json.loads(server.send("GET", "/health").body)["status"] == "pass"
