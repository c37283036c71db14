"""Finding the reader of a source by what is in it."""

from pathlib import Path

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import ReadOptions, find_reader, readers


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'<?xml version="1.0"?><collection id="P18"><volume id="1">', "acl"),
        ('\ufeff<?xml version="1.0"?>\n<!-- x --><collection id="P"><volume>'.encode(), "acl"),
        ('<?xml version="1.0" encoding="utf-16"?><collection><volume'.encode("utf-16"), "acl"),
    ],
)
def test_content_tells_the_format_whatever_the_name(
    tmp_path: Path, content: bytes, found: str
) -> None:
    path = tmp_path / "programme.txt"
    path.write_bytes(content)
    assert find_reader(path).name == found


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02", "holds binary data"),
        (b"a poem\nof two lines", "begins with 'a poem'"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_was_seen(
    tmp_path: Path, content: bytes, seen: str
) -> None:
    path = tmp_path / "thing.bin"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=seen) as caught:
        find_reader(path)
    assert all(f"({name})" in caught.value.hint for name in readers())


def test_a_format_that_is_named_is_taken_and_an_unknown_one_refused(tmp_path: Path) -> None:
    assert find_reader(tmp_path / "missing", "acl").name == "acl"
    with pytest.raises(SourceError, match="no format called 'word'"):
        find_reader(tmp_path / "missing", "word")
    with pytest.raises(SourceError, match="no such file"):
        find_reader(tmp_path / "missing")


@pytest.mark.parametrize("slug", ["ISWC", "a b", "a/b", "-a", ""])
def test_a_slug_that_cannot_be_in_an_iri_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(SourceError, match="cannot be part of an IRI"):
        ReadOptions(tmp_path, slug=slug)


def test_a_programme_page_is_a_source_like_others(page: Path, tmp_path: Path) -> None:
    reader = find_reader(page)
    assert reader.name == "page"
    (reading,) = reader.read(page, options=ReadOptions(tmp_path, url="https://example.org/"))
    assert reading.programme == "https://w3id.org/symposia/tinyml-2023"
    (row,) = reading.loss.rows()
    text = page.read_text("utf-8")
    assert row.read == sum(1 for line in text.splitlines() if line.strip())
    assert row.mapped > 0.7 * row.read
