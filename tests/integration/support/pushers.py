"""Who sends posts without being asked: a stream of server-sent events, and a hub."""

import json
import queue

from support.wait import Events


class EventStream:
    """A page that keeps each connection and sends what it is told to; `end` ends
    the present one.  `refuse_with` answers one request each instead."""

    END = object()

    def __init__(self, retry_ms=None):
        self.requests = Events()  # headers of each connection
        self.refuse_with = []
        self._retry_ms = retry_ms
        self._queue = None

    def __call__(self, handler):
        refusal = self.refuse_with.pop(0) if self.refuse_with else None
        if refusal:
            self.requests.add(dict(handler.headers))
            refusal(handler)
            return
        handler.start(200, [("Content-Type", "text/event-stream"),
                            ("Transfer-Encoding", "chunked")])
        lines = queue.Queue()
        handler.write_chunk(b":)\n" + (b"retry: %d\n" % self._retry_ms if self._retry_ms else b""))
        self._queue = lines
        self.requests.add(dict(handler.headers))
        handler.close_connection = True
        for line in iter(lines.get, self.END):
            handler.write_chunk(line)
        handler.write_chunk(b"")

    def wait_connection(self, n=1):
        """Waits for the N-th, and returns its headers."""
        return self.requests.wait(lambda seen: len(seen) >= n and seen, f"connection {n}")[n - 1]

    def send(self, event, data, event_id=None):
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        lines = [f"event: {event}", *(f"data: {line}" for line in text.split("\n"))]
        if event_id:
            lines.insert(0, f"id: {event_id}")
        self.send_bytes(("\n".join(lines) + "\n\n").encode())

    def send_bytes(self, chunk):
        self._queue.put(chunk)

    def end(self):
        self._queue.put(self.END)
