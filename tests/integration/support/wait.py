"""Waiting for what another process does: by events where there are any, by
asking again where there are none, never longer than a deadline."""

import threading
import time

# Generous: the machine may be busy, and the sanitizers take their time.
DEADLINE_S = 30


class Events:
    """A list that threads add to and others wait on."""

    def __init__(self):
        self._items = []
        self._changed = threading.Condition()

    def add(self, item):
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def all(self):
        with self._changed:
            return list(self._items)

    def clear(self):
        with self._changed:
            self._items.clear()

    def wait(self, condition, what, seconds=DEADLINE_S):
        """Waits until CONDITION of the list is true, and returns what it gave."""
        with self._changed:
            result = self._changed.wait_for(lambda: condition(self._items), seconds)
            if not result:
                raise AssertionError(f"{seconds} s passed without {what}: {self._items!r}")
            return result


def until(condition, what, seconds=DEADLINE_S):
    """Asks CONDITION again and again; for files and processes, which tell
    nobody when they change."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{seconds} s passed without {what}")
        time.sleep(0.02)
