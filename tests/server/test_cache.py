"""The cache of answers: bounded in bytes, of one version only, least recently used out first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.server.cache import Cache, Kept

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["get", "put"]),
        st.sampled_from(["one", "two"]),
        st.sampled_from("abcdef"),
        st.integers(0, 6000),
    ),
    max_size=60,
)


def kept(size: int, mark: str = "x") -> Kept:
    return Kept((("Content-Type", "text/plain"),), mark.encode() * size)


def test_what_is_kept_is_given_for_its_version_and_key() -> None:
    cache = Cache(100_000)
    cache.get("one", "a")
    cache.put("one", "a", kept(10))
    assert cache.get("one", "a") == kept(10)
    assert cache.get("one", "b") is None
    assert cache.get("one", "b", "a") == kept(10)


def test_a_new_version_empties_it() -> None:
    cache = Cache(100_000)
    cache.get("one")
    cache.put("one", "a", kept(10))
    assert cache.get("two", "a") is None
    assert (len(cache), cache.bytes) == (0, 0)


def test_an_answer_of_an_old_version_that_comes_late_is_not_taken() -> None:
    cache = Cache(100_000)
    cache.get("one")
    cache.get("two")
    cache.put("one", "a", kept(10))
    assert (len(cache), cache.bytes) == (0, 0)
    assert cache.get("two", "a") is None


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache = Cache(4 * 2048)
    cache.get("one")
    for key in "abcd":
        cache.put("one", key, kept(1024))
    cache.get("one", "a")
    cache.put("one", "e", kept(1024))
    assert [key for key in "abcde" if cache.get("one", key)] == ["a", "c", "d", "e"]


@pytest.mark.parametrize(
    ("size", "body", "is_kept"), [(0, 0, False), (80_000, 10_000, True), (80_000, 10_001, False)]
)
def test_one_answer_takes_at_most_an_eighth(size: int, body: int, is_kept: bool) -> None:
    cache = Cache(size)
    cache.get("one")
    cache.put("one", "a", kept(body))
    assert (cache.get("one", "a") is not None) == is_kept


@given(steps=STEPS)
def test_it_never_grows_beyond_its_size_nor_gives_what_was_not_put_last(
    steps: list[tuple[str, str, str, int]],
) -> None:
    cache = Cache(40_000)
    version, put = "", dict[str, Kept]()
    for step, of, key, size in steps:
        if step == "get":
            if of != version:
                version, put = of, {}
            assert cache.get(of, key) in (None, put.get(key))
        else:
            cache.put(of, key, kept(size, key))
            if of == version and size <= cache.largest:
                put[key] = kept(size, key)
        assert 0 <= cache.bytes <= cache.size
        assert len(cache) <= len(put)
    assert cache.bytes == sum(
        len(found.body) + 1024 for key in "abcdef" if (found := cache.get(version, key))
    )
