"""What `/health` says while parts of the server have something wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from symposia.server.app import create_app
from symposia.server.health import Trouble, watch


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
