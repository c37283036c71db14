"""Threads are made when they are needed, the last one works next, and work beyond them waits."""

from __future__ import annotations

import threading
import time

from symposia.server.threads import Threads


def test_work_in_a_row_is_done_by_one_thread() -> None:
    threads = Threads(4)
    seen: list[int] = []
    for number in range(20):
        done = threading.Event()

        def work(done: threading.Event = done) -> None:
            seen.append(threading.get_ident())
            done.set()

        threads.run(work)
        assert done.wait(10), number
        time.sleep(0.02)  # it becomes idle after its work
    assert len(set(seen)) == 1


def test_no_more_works_at_once_than_there_are_threads_and_the_rest_in_order() -> None:
    threads = Threads(2)
    go, ended = threading.Event(), threading.Semaphore(0)
    began: list[int] = []
    idents: set[int] = set()

    def work(number: int) -> None:
        began.append(number)
        idents.add(threading.get_ident())
        assert go.wait(10)
        ended.release()

    for number in range(6):
        threads.run(lambda number=number: work(number))  # type: ignore[misc]
    time.sleep(0.2)
    assert sorted(began) == [0, 1]
    go.set()
    assert all(ended.acquire(timeout=10) for _ in range(6))
    assert (sorted(began[:2]), sorted(began[2:])) == ([0, 1], [2, 3, 4, 5])
    assert len(idents) == 2
