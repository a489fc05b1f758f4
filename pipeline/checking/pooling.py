"""Work shared among processes where there is enough of it; results come in the order of the items."""

import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType, TracebackType
from typing import Self, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AHEAD = 3
"""Items in flight for each process: enough that none waits, few enough that little is held in memory."""
_RARELY = (200_000, 50, 100)


class Workers:
    """Processes that start when they are first needed, and work until the block ends.

    Work and items travel by pickle. Where the processes cannot live (they were killed, or the program cannot be
    imported by them), the work is done here instead.
    """

    def __init__(self, processes: int | None = None) -> None:
        """So many processes; None for as many as this one may use cores. With 1 everything is done here."""
        self._count = processes or _cores()
        self._pool: ProcessPoolExecutor | None = None
        self._broken = False
        self._others = set(multiprocessing.active_children())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is None:
            return
        if error is not None:  # what is being worked out now is wanted by nobody
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
        self._pool.shutdown(cancel_futures=True)
        self._pool = None
        if error is not None:
            # its semaphores, which a process that leaves at once would not give back; frames of the error may hold them
            traceback.clear_frames(at)
            gc.collect()

    def map(
        self, work: Callable[[_Item], _Result], items: Iterable[_Item], *, pays: bool
    ) -> Iterator[tuple[_Item, _Result]]:
        """Each item with its result. Items are taken as they are needed.

        Args:
            work: a function of a module, so that another process finds it.
            items: what to work on.
            pays: whether there is so much to do that starting processes for it is quicker.
        """
        if not pays or self._count == 1:
            yield from ((item, work(item)) for item in items)
            return
        flying: deque[tuple[_Item, Future[_Result] | None]] = deque()
        for item in items:
            flying.append((item, self._submitted(work, item)))
            if len(flying) >= self._count * _AHEAD:
                yield self._landed(work, *flying.popleft())
        while flying:
            yield self._landed(work, *flying.popleft())

    def _submitted(self, work: Callable[[_Item], _Result], item: _Item) -> Future[_Result] | None:
        if self._broken:
            return None
        try:
            with _uninterrupted():
                if self._pool is None:
                    context = multiprocessing.get_context("spawn")
                    self._pool = ProcessPoolExecutor(self._count, mp_context=context, initializer=_begin)
                return self._pool.submit(work, item)
        except BrokenProcessPool:
            self._broken = True
            return None

    def _landed(
        self, work: Callable[[_Item], _Result], item: _Item, future: Future[_Result] | None
    ) -> tuple[_Item, _Result]:
        if future is not None:
            try:
                return item, future.result()
            except BrokenProcessPool:
                self._broken = True
        return item, work(item)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until a process has started, which does not hear it: half a start would leave half a process."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # starting it would let the signal through again
    pressed: list[tuple[int, FrameType | None]] = []
    # The mask is for the new process, the handler for this one: another of its threads may take the signal.
    handler = signal.signal(signal.SIGINT, lambda *caught: pressed.append(caught))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if pressed and callable(handler):
        handler(*pressed[0])


def _begin() -> None:
    """Makes a process ready to work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*_RARELY)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def resting_collector() -> Iterator[None]:
    """Pages and reports make no cycles: looking for them again and again among millions of values takes long."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
