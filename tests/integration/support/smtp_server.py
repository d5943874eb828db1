"""A mail server on loopback (aiosmtpd) that keeps what it accepts and refuses
when it is told to.

A refusal is for one stage of a dialogue: CONNECT (the greeting), EHLO, MAIL,
RCPT, DATA, or END (after the final dot).  Its reply is a line as "451 4.3.0
later", CLOSE to hang up without one, or, at END, LOSE to accept the mail and
then hang up without saying so.
"""

import asyncio
import collections
import dataclasses
import email
import email.policy
import ssl
import subprocess
import threading

from aiosmtpd.smtp import SMTP, AuthResult

from support.wait import Events

CLOSE = "close"
LOSE = "lose"
STAGES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END")


@dataclasses.dataclass
class Mail:
    sender: str
    recipients: list
    content: bytes
    tls: bool
    user: str

    @property
    def message(self):
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self):
        return self.message["Message-ID"].strip()  # it may stand on a line of its own

    def text(self, kind="plain"):
        return self.message.get_body((kind,)).get_content().replace("\r\n", "\n")

    def __repr__(self):
        return f"<mail {self.message_id} to {self.recipients}>"


class _Session(SMTP):
    """One connection.  aiosmtpd finds a command's method by its name."""

    async def refuse(self, stage):
        await self.event_handler.pass_hold(stage)
        reply = self.event_handler.next_refusal(stage)
        if reply is None:
            return False
        if reply == CLOSE:
            self.transport.abort()
        else:
            await self.push(reply)
        return True

    async def _handle_client(self):
        if await self.refuse("CONNECT"):
            self.transport.close()
        else:
            await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        if not await self.refuse("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname):
        if not await self.refuse("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_MAIL(self, arg):
        if not await self.refuse("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if not await self.refuse("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if not await self.refuse("DATA"):
            await super().smtp_DATA(arg)


class SmtpServer:
    """Serves until close().  With TLS (a Certificate) it wants STARTTLS, with
    USER and PASSWORD it wants to know who sends."""

    def __init__(self, tls=None, user=None, password=None):
        self.mails = Events()
        self.dialogues = 0
        self._login = (user, password)
        self._refusals = collections.defaultdict(collections.deque)
        self._always = {}
        self._holds = {}
        self._options = {"decode_data": False, "enable_SMTPUTF8": True}
        if tls:
            self._options.update(tls_context=tls.context(), require_starttls=True)
        if user:
            self._options.update(authenticator=self._authenticate, auth_required=True,
                                 auth_require_tls=tls is not None)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._new_session, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, stage, *replies):
        """Gives REPLIES to the next dialogues that come to STAGE."""
        assert stage in STAGES, stage
        self._refusals[stage].extend(replies)

    def refuse_always(self, stage, reply):
        """Until allow()."""
        self._always[stage] = reply

    def allow(self):
        self._always.clear()
        self._refusals.clear()

    def hold(self, stage):
        """Answers nobody at STAGE until the function that it returns is called; what waits
        there is counted in the events that it returns too."""
        waiting, is_over = Events(), asyncio.Event()
        self._holds[stage] = (waiting, is_over)
        return waiting, lambda: self._loop.call_soon_threadsafe(is_over.set)

    async def pass_hold(self, stage):
        if stage in self._holds:
            waiting, is_over = self._holds[stage]
            waiting.add(stage)
            await is_over.wait()

    def next_refusal(self, stage):
        if stage == "CONNECT":
            self.dialogues += 1
        if self._refusals[stage]:
            return self._refusals[stage].popleft()
        return self._always.get(stage)

    def wait_for(self, n=1, what="mail"):
        """Waits for N mails; returns all."""
        return self.mails.wait(lambda mails: len(mails) >= n and list(mails), f"{what} {n}")

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self):
        self._server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def _new_session(self):
        return _Session(self, loop=self._loop, hostname="localhost", **self._options)

    def _authenticate(self, _server, _session, _envelope, _mechanism, login):
        good = (login.login.decode(), login.password.decode()) == self._login
        return AuthResult(success=good, handled=False, auth_data=login)

    async def handle_DATA(self, server, session, envelope):
        reply = self.next_refusal("END")
        if reply in (None, LOSE):
            login = session.auth_data
            self.mails.add(Mail(envelope.mail_from, envelope.rcpt_tos, envelope.content,
                                session.ssl is not None,
                                login.login.decode() if login else None))
        if reply in (CLOSE, LOSE):
            server.transport.abort()
        return reply or "250 2.0.0 kept"


class Certificate:
    """A key and a self-signed certificate for 127.0.0.1 and localhost."""

    def __init__(self, folder):
        self.key = str(folder / "tls.key")
        self.path = str(folder / "tls.crt")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", self.key,
             "-out", self.path, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True)

    def context(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path, self.key)
        return context
