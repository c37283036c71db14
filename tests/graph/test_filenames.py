"""What a source is called by its file, or by the folder that it is in."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.filenames import called
from symposia.graph.reading import ReadOptions, find_reader

CASES = {
    "iswc2005.rdf": "iswc2005",
    "anything-2030/iswc-2008-complete.new.ttl": "iswc-2008-complete",
    "semantics-2023/out.nt": "semantics-2023",
    "semantics-2023/kg/out_2.nt": "semantics-2023",
    "semantics-2023/a/b/out.nt": "out",
    "people/out.nt": "out",
    "conf-2023/data.nt": "data",
    "iswc-2015/calendars/sessions.ics": "iswc-2015",
    "iswc-2015/2015.nt": "iswc-2015",
    "Семантика 2023/данные.nt": "данные",
    "semantics-20230/out.nt": "out",
}


@pytest.mark.parametrize(("path", "name"), CASES.items())
def test_what_a_file_is_called(path: str, name: str) -> None:
    assert called(Path("/none/of/all") / path) == name


def test_a_folder_is_called_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "iswc-2015" / "easychair-csv"
    folder.mkdir(parents=True)
    assert called(folder) == "iswc-2015"
    assert called(folder.parent) == "iswc-2015"


def test_a_file_is_looked_at_from_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small-2030").mkdir()
    monkeypatch.chdir(tmp_path / "small-2030")
    assert called(Path("out.nt")) == "small-2030"


def test_a_graph_without_a_conference_is_called_by_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "small-2030" / "out.nt"
    path.parent.mkdir()
    path.write_text(
        "<http://e/paper> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://schema.org/ScholarlyArticle> .\n"
        '<http://e/paper> <https://schema.org/name> "On small things" .\n'
    )
    (reading,) = find_reader(path).read(path, options=ReadOptions(tmp_path))
    assert reading.programme == "https://w3id.org/symposia/small-2030"
