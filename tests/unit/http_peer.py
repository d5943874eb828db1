"""The other side of test_http_*: scripted HTTP and SMTP servers on loopback.

Ports are the kernel's choice: one line "NAME PORT" for each server goes to
standard output, then "ready".  Ends when standard input does.  HTTP behaves by
path, SMTP by port: each server is a row of a table below.
"""

import gzip
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import zlib

BODY = b"<rss/>"


def answer(body=BODY, status="200 OK", headers=()):
    lines = ["HTTP/1.1 " + status, "Content-Length: %d" % len(body), *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(status, location):
    return lambda request: answer(b"", status, ["Location: " + location])


def chunked(body, trailer=b""):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n"
    return head + b"%x\r\n%s\r\n0\r\n%s\r\n" % (len(body), body, trailer)


def endless(request):
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1000\r\n" + b"x" * 4096 + b"\r\n"


def hang(request):
    time.sleep(60)
    yield b""


def slow_headers(request):
    yield b"HTTP/1.1 200 OK\r\n"
    for i in range(600):
        yield b"X-Slow: %d\r\n" % i
        time.sleep(0.1)


def half_body(request):
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"


def raw_deflate(body):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(body) + deflate.flush()


def coded(body, encoding):
    return lambda request: answer(body, headers=["Content-Encoding: " + encoding])


def without_coding(body):
    return lambda request: answer(body)


def flipped(body):
    """BODY with a bit in its middle that fell over."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 4]) + body[middle + 1:]


NUMBERS = b"<rss>%s</rss>" % b" ".join(b"%d" % (i * i) for i in range(9000))
BOMB = gzip.compress(bytes(52 << 20))
# It gives nothing: a gzip file of empty blocks, which is well compressed.
SLOW = gzip.compress(gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 2_000_000)
MANY = "".join("X-Header-%d: value\r\n" % i for i in range(10000)).encode()



def conditional(request):
    if b'If-None-Match: W/"v1"\r\n' in request and b"If-Modified-Since: yesterday\r\n" in request:
        return b"HTTP/1.1 304 Not Modified\r\n\r\n"
    return answer(headers=['ETag: W/"v1"', "Last-Modified: yesterday"])


HTTP = {
    "/megabytes": lambda r: answer(b"x" * (3 << 20)),
    "/plain": lambda r: answer(headers=['ETag: W/"a b"', "Content-Type: text/xml"]),
    "/echo": lambda r: answer(r),
    "/conditional": conditional,
    "/gone": lambda r: answer(b"", "410 Gone"),
    "/missing": lambda r: answer(b"no", "404 Not Found"),
    "/not-modified": lambda r: b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',
    "/gzip": lambda r: answer(gzip.compress(BODY), headers=["Content-Encoding: gzip"]),
    "/raw-deflate": lambda r: answer(raw_deflate(BODY), headers=["Content-Encoding: deflate"]),
    "/gzip-bomb": lambda r: answer(BOMB, headers=["Content-Encoding: gzip"]),
    "/damaged-gzip": lambda r: answer(b"\x1f\x8bno", headers=["Content-Encoding: gzip"]),
    "/gzip-unsaid": without_coding(gzip.compress(BODY)),
    "/gzip-of-gzip": coded(gzip.compress(gzip.compress(BODY)), "gzip"),
    "/gzip-joined": coded(gzip.compress(BODY[:3]) + gzip.compress(BODY[3:]) + bytes(9), "gzip"),
    "/gzip-without-end": coded(gzip.compress(BODY)[:-8], "gzip"),
    "/gzip-named-utf-8": coded(gzip.compress(BODY), "utf-8"),
    "/plain-as-gzip": coded(BODY, "gzip"),
    "/plain-as-deflate": coded(BODY, "deflate"),
    "/plain-as-br": coded(BODY, "br"),
    "/plain-as-utf-8": coded(BODY, "utf-8"),
    "/plain-as-UTF-8": coded(BODY, "UTF-8"),
    "/plain-as-aws-chunked": coded(BODY, "aws-chunked"),
    "/plain-as-binary": coded(BODY, "binary"),
    "/plain-as-two": coded(BODY, "aws-chunked, gzip"),
    "/one-byte": coded(b"x", "gzip"),
    "/zlib": coded(zlib.compress(BODY), "deflate"),
    "/brotli": coded(b"\x50\x00\x10" + BODY + b"\x03", "br"),
    "/gzip-flipped": coded(flipped(gzip.compress(NUMBERS)), "gzip"),
    "/gzip-flipped-unsaid": without_coding(flipped(gzip.compress(NUMBERS))),
    "/bomb-unsaid": without_coding(BOMB),
    "/bomb-of-bomb": without_coding(gzip.compress(BOMB)),
    "/slow-bomb": without_coding(SLOW),
    "/trailer": lambda r: chunked(BODY, b'ETag: "trailer"\r\n'),
    "/continue": lambda r: b"HTTP/1.1 100 Continue\r\nX-Which: first\r\n\r\n"
    + answer(headers=["X-Which: second"]),
    "/endless": endless,
    "/large": lambda r: answer(bytes(100001)),
    "/hang": hang,
    "/slow-headers": slow_headers,
    "/half-body": half_body,
    "/many-headers": lambda r: b"HTTP/1.1 200 OK\r\n" + MANY + b"\r\n",
    "/wide-headers": lambda r: answer(headers=["X-Wide: " + "w" * 70000]),
    "/http09": lambda r: b"just text\n",
    "/close": lambda r: b"",
    "/loop": redirect("302 Found", "/loop"),
    "/to-file": redirect("302 Found", "file:///etc/passwd"),
    "/to-gopher": redirect("301 Moved", "gopher://127.0.0.1/"),
    "/to-smtp": redirect("301 Moved", "smtp://127.0.0.1:25/"),
    "/to-loopback": redirect("302 Found", "http://127.0.0.1:9/"),
    "/to-nothing": redirect("302 Found", ""),
    "/no-location": lambda r: answer(b"", "301 Moved"),
    "/moved": redirect("301 Moved", "/moved-again"),
    "/moved-again": redirect("308 Permanent Redirect", "/plain?a=b c"),
    "/plain?a=b+c": lambda r: answer(),
    "/moved-for-now": redirect("301 Moved", "/found"),
    "/found": redirect("307 Temporary Redirect", "/plain"),
}


def serve_http(connection):
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(65536)
        if not piece:
            return
        request += piece
    target = request.split(b" ")[1].decode()
    path = target.removeprefix("http://proxied.example").removeprefix("http://203.0.113.7")
    if path.startswith("/to-port/"):  # another origin: /to-port/PORT/PATH
        _, _, port, rest = path.split("/", 3)
        reply = redirect("302 Found", "http://127.0.0.1:%s/%s" % (port, rest))(request)
    else:
        reply = HTTP.get(path, HTTP["/missing"])(request)
    for piece in [reply] if isinstance(reply, bytes) else reply:
        connection.sendall(piece)


# What an SMTP server says at each stage, where that is not the usual; None
# closes without a word, HANG never answers.
HANG = object()
SMTP = {
    "smtp": {},
    "smtp-greeting-554": {"greeting": "554 no service"},
    "smtp-greeting-421": {"greeting": "421 too busy"},
    "smtp-greeting-closed": {"greeting": None},
    "smtp-greeting-hang": {"greeting": HANG},
    "smtp-ehlo-550": {"EHLO": "550 who are you", "HELO": "550 who are you"},
    "smtp-auth-535": {"AUTH": "535 5.7.8 wrong password"},
    "smtp-auth-535-quit-hang": {"AUTH": "535 5.7.8 wrong password", "QUIT": HANG},
    "smtp-auth-454": {"AUTH": "454 4.7.0 try later"},
    "smtp-mail-550": {"MAIL": "550 5.1.8 sender unknown"},
    "smtp-mail-451": {"MAIL": "451 4.3.0 try later"},
    "smtp-rcpt-550": {"RCPT": "550-5.1.1 no such user\r\n550 5.1.1 really"},
    "smtp-rcpt-450": {"RCPT": "450 4.2.1 busy"},
    "smtp-data-554": {"DATA": "554 5.6.0 no"},
    "smtp-dot-554": {".": "554 5.7.1 looks like spam"},
    "smtp-dot-451": {".": "451 4.3.0 try later"},
    "smtp-dot-closed": {".": None},
    "smtp-dot-hang": {".": HANG},
    "smtp-quit-hang": {"QUIT": HANG},
    "smtp-rcpt-550-quit-hang": {"RCPT": "550 5.1.1 no such user", "QUIT": HANG},
    "smtp-tls": {"tls": True},
    "smtp-one-mail": {"leaves": True},
}


def read_message(reader):
    message = b""
    while True:
        line = reader.readline()
        if line in (b"", b".\r\n"):
            return message
        message += line[1:] if line.startswith(b".") else line


class Smtp:
    def __init__(self, script, context):
        self.script = script
        self.context = context if script.get("tls") else None
        self.n_connections = 0

    def say(self, connection, stage, usual):
        reply = self.script.get(stage, usual)
        if reply is HANG:
            connection.recv(1)  # the client leaves, or sends QUIT and leaves
            time.sleep(60)
        if reply is None or reply is HANG:
            raise ConnectionError
        connection.sendall(reply.encode() + b"\r\n")

    def serve(self, connection):
        self.n_connections += 1
        number = self.n_connections
        encrypted = False
        self.say(connection, "greeting", "220 peer ESMTP")
        reader = connection.makefile("rb")
        while line := reader.readline():
            verb = line[:4].upper().decode()
            if verb == "EHLO" and self.context and not encrypted:
                self.say(connection, "EHLO", "250-peer\r\n250 STARTTLS")
            elif verb == "EHLO":
                self.say(connection, "EHLO", "250-peer\r\n250-AUTH PLAIN\r\n250 SIZE 1000000")
            elif verb == "STAR" and self.context:
                connection.sendall(b"220 go\r\n")
                connection = self.context.wrap_socket(connection, server_side=True)
                reader = connection.makefile("rb")
                encrypted = True
            elif verb == "AUTH":
                if line.count(b" ") < 2:
                    connection.sendall(b"334 \r\n")
                    reader.readline()
                self.say(connection, "AUTH", "235 ok")
            elif verb == "DATA":
                self.say(connection, "DATA", "354 go on")
                if "DATA" in self.script:
                    continue
                message = read_message(reader)
                self.say(connection, ".", "250 connection %d got %s" % (number, message.hex()))
                if self.script.get("leaves"):
                    return
            else:
                self.say(connection, verb.strip(), "250 ok")
                if verb == "QUIT":
                    return


def listen(name, serve):
    server = socket.create_server(("127.0.0.1", 0))
    print(name, server.getsockname()[1])

    def one(connection):
        with connection:
            try:
                serve(connection)
            except OSError:
                pass  # the client has left, which is what many cases are about

    def loop():
        while True:
            threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


def make_certificate(folder):
    files = [os.path.join(folder, name) for name in ("certificate.pem", "key.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", files[0], "-keyout", files[1]]
        + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


def main():
    with tempfile.TemporaryDirectory() as folder:
        context = make_certificate(folder)
        listen("http", serve_http)
        listen("http-other", serve_http)
        listen("https", lambda c: serve_http(context.wrap_socket(c, server_side=True)))
        for name, script in SMTP.items():
            listen(name, Smtp(script, context).serve)
        print("folder", folder)
        print("ready", 0, flush=True)
        sys.stdin.read()


main()
