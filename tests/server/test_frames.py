"""Frames come out as they went in, however the line cuts or joins them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from symposia.server.frames import DATA, END, Frame, Frames


@pytest.fixture
def line() -> Iterator[tuple[Frames, Frames]]:
    one, other = map(Frames, socket.socketpair())
    with closing(one), closing(other):
        yield one, other


@pytest.mark.parametrize(
    "sizes",
    [
        [0],
        [1, 0, 1],
        [5] * 1000,
        [262_138, 262_139, 262_140],
        [262_144 - 5, 1, 262_144, 262_144 + 5],
        [1_000_000, 3, 65_536, 2_000_000, 0, 7],
        [65_536] * 20,
    ],
)
def test_frames_are_received_as_they_are_sent(
    line: tuple[Frames, Frames], sizes: list[int]
) -> None:
    one, other = line
    sent = [Frame(DATA, bytes([number % 256]) * size) for number, size in enumerate(sizes)]

    def send() -> None:
        for frame in sent:
            one.send(frame.kind, frame.payload, timeout=20)

    thread = threading.Thread(target=send)
    thread.start()
    assert [other.receive(20) for _ in sent] == sent
    thread.join()


def test_a_frame_that_comes_in_crumbs_is_whole() -> None:
    crumbs, end = socket.socketpair()
    with closing(Frames(end)) as frames, crumbs:
        data = DATA + (3).to_bytes(4, "big") + b"abc" + END + (0).to_bytes(4, "big")
        for at in range(7):
            crumbs.send(data[at : at + 1])
            with pytest.raises(TimeoutError):
                frames.receive(0.001)
        crumbs.send(data[7:])
        assert [frames.receive(5), frames.receive(5)] == [Frame(DATA, b"abc"), Frame(END, b"")]
        crumbs.close()
        with pytest.raises(EOFError):
            frames.receive(5)
