"""Who sends posts without being asked: a stream of server-sent events, and a hub."""

import hmac
import json
import queue
import urllib.error
import urllib.parse
import urllib.request
import uuid

from support.wait import DEADLINE_S, Events


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


class Hub:
    """A WebSub hub as the recommendation says: takes subscriptions at its page, asks
    back, and posts what is published.  `answer_with` is the status of one request each,
    `confirms` whether it asks back, `lease_s` what it grants."""

    def __init__(self, lease_s=864000):
        self.lease_s = lease_s
        self.answer_with = []
        self.confirms = True
        self.requests = Events()  # forms, in order
        self.verified = Events()  # (mode, status, body)
        self.callbacks = {}       # topic: (callback, secret)

    def __call__(self, handler):
        form = {name: values[0] for name, values in
                urllib.parse.parse_qs(handler.body.decode()).items()}
        code = self.answer_with.pop(0) if self.answer_with else 202
        handler.answer(code, body=b"" if code < 300 else b"not you")
        handler.wfile.flush()
        handler.close_connection = True
        if code < 300 and self.confirms:
            self.verify(form)
        self.requests.add(form)

    def verify(self, form, **more):
        """Asks back, as somebody who subscribed with FORM is asked; returns the status."""
        challenge = uuid.uuid4().hex
        query = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"],
                 "hub.challenge": challenge, "hub.lease_seconds": str(self.lease_s), **more}
        query = {name: value for name, value in query.items() if value is not None}
        code, body = call(form["hub.callback"] + "?" + urllib.parse.urlencode(query))
        if code == 200 and body == challenge.encode():
            if form["hub.mode"] == "subscribe":
                self.callbacks[form["hub.topic"]] = form["hub.callback"], form["hub.secret"]
            else:
                self.callbacks.pop(form["hub.topic"], None)
        self.verified.add((form["hub.mode"], code, body))
        return code

    def deny(self, form, reason):
        return call(form["hub.callback"] + "?" + urllib.parse.urlencode(
            {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": reason}))[0]

    def wait_request(self, mode, n=1):
        """Waits for the N-th request of MODE, and returns its form."""
        def found(seen):
            forms = [form for form in seen if form["hub.mode"] == mode]
            return len(forms) >= n and forms
        return self.requests.wait(found, f"request {n} to {mode}")[n - 1]

    def push(self, topic, body, method="sha256", secret=None, headers=None):
        """Posts BODY to who subscribed to TOPIC; returns the status of the answer."""
        callback, known = self.callbacks[topic]
        signed = hmac.new((secret or known).encode(), body, method).hexdigest()
        return call(callback, body, {"Content-Type": "application/rss+xml; charset=utf-8",
                                     "X-Hub-Signature": f"{method}={signed}",
                                     **(headers or {})})[0]


def call(url, body=None, headers=None, method=None):
    """A request as it is, without a redirect followed: status and body."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
