"""Running independent pieces of work side by side, stopping all at the first failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

from cinecore.errors import Cancelled

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_order(
    work: Callable[[Item, Callable[[], bool]], Result],
    items: Sequence[Item],
    *,
    jobs: int,
    on_done: Callable[[int], None] | None = None,
) -> list[Result]:
    """`work(item, cancelled)` for every item, results in the items' order; the first error is raised.

    `work` must ask `cancelled()` now and then: it turns true when another item failed or the person
    pressed Ctrl-C. `on_done` hears the count of finished items, in the calling thread's stead.
    """
    stop = threading.Event()
    done = 0
    lock = threading.Lock()

    def one(item: Item) -> Result:
        nonlocal done
        if stop.is_set():
            raise Cancelled
        result = work(item, stop.is_set)
        with lock:
            done += 1
            if on_done is not None:
                on_done(done)
        return result

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as executor:
        futures = [executor.submit(one, item) for item in items]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            if any(future.done() and future.exception() for future in futures) or not all(
                future.done() for future in futures
            ):
                stop.set()
                for future in futures:
                    future.cancel()
    failures = [error for future in futures if not future.cancelled() and (error := future.exception())]
    for error in failures:
        if not isinstance(error, Cancelled):
            raise error
    if failures:
        raise failures[0]
    return [future.result() for future in futures]
