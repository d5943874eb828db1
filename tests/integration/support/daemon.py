"""mentiond as a process: started, spoken to by signals, and listened to as
systemd would, over a notification socket."""

import os
import signal
import socket
import subprocess
import threading

from support.wait import DEADLINE_S, Events, until

MENTIOND = os.environ["MENTIOND"]
MENTIONCTL = os.environ["MENTIONCTL"]

# What the sanitizers say of a program that goes wrong.
FAULTS = ("Sanitizer", "runtime error:", "Assertion")


def environment(**more):
    """Ours, without what would change what the programs do."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("MENTIOND_", "LC_")) and not name.lower().endswith("_proxy")
            and name not in ("NOTIFY_SOCKET", "JOURNAL_STREAM", "INVOCATION_ID", "NO_COLOR")}
    return {**kept, "LANG": "C.UTF-8", "ASAN_OPTIONS": "exitcode=99", **more}


def fault_in(text):
    """The lines that tell of a fault in the program itself; None when it is fine."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if any(word in line for word in FAULTS):
            return "\n".join(lines[i:i + 30])
    return None


def run(program, *arguments, variables=None, **options):
    """Runs a program to its end, with VARIABLES in its environment; its output is text."""
    done = subprocess.run([program, *map(str, arguments)], text=True, capture_output=True,
                          timeout=DEADLINE_S, env=environment(**(variables or {})), check=False, **options)
    fault = fault_in(done.stderr)
    assert not fault, fault
    return done


def mentionctl(*arguments, **options):
    return run(MENTIONCTL, *arguments, **options)


def run_once(config, **options):
    """mentiond --once, to its end."""
    return run(MENTIOND, "--config", config, "--once", **options)


class _Notifications:
    """The socket that systemd would listen on."""

    def __init__(self, path):
        self.messages = Events()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._thread = threading.Thread(target=self._receive)
        self._thread.start()

    def _receive(self):
        while True:
            text, control, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(64))
            for level, kind, payload in control:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    for at in range(0, len(payload), 4):
                        os.close(int.from_bytes(payload[at:at + 4], "little"))
            if not text:
                return
            for line in text.decode().splitlines():
                self.messages.add(line)

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


class Daemon:
    """One run of mentiond.  PREFIX is a command that runs it, e.g. as another
    user; VARIABLES are more of its environment."""

    _runs = 0

    def __init__(self, config, folder, prefix=(), umask=-1, **variables):
        Daemon._runs += 1
        notify = folder / f"notify.{Daemon._runs}"
        self._log_path = folder / f"mentiond.{Daemon._runs}.log"
        self._notifications = _Notifications(notify)
        notify.chmod(0o777)
        with open(self._log_path, "wb") as log:
            self._process = subprocess.Popen(
                [*prefix, MENTIOND, "--config", str(config)], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, umask=umask,
                env=environment(NOTIFY_SOCKET=str(notify), **variables))

    @property
    def log(self):
        return self._log_path.read_text(errors="replace")

    @property
    def notifications(self):
        return self._notifications.messages.all()

    def is_running(self):
        return self._process.poll() is None

    def wait_ready(self):
        def ready_or_ended():
            return "READY=1" in self.notifications or not self.is_running()

        until(ready_or_ended, "READY=1")
        assert "READY=1" in self.notifications, f"mentiond ended: {self.log}"
        return self

    def wait_log(self, text):
        until(lambda: text in self.log, f"`{text}' in the log:\n{self.log}")

    def reload(self):
        """SIGHUP, and waits until the daemon says that it is done; returns what
        it said meanwhile."""
        before = len(self.notifications)
        self.signal(signal.SIGHUP)

        def said(messages):
            new = messages[before:]
            begun = [i for i, line in enumerate(new) if line == "RELOADING=1"]
            return begun and "READY=1" in new[begun[0]:] and new

        return self._notifications.messages.wait(said, "READY=1 after SIGHUP")

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, seconds=DEADLINE_S):
        """Waits for the end; returns the exit code."""
        return self._process.wait(seconds)

    def stop(self):
        """SIGTERM; returns the exit code, which must come within five seconds."""
        self.signal(signal.SIGTERM)
        return self.wait(5)

    def kill(self):
        """SIGKILL: what a power loss leaves, but for the disk's own cache."""
        self._process.kill()
        self._process.wait()

    def close(self):
        """Ends what still runs; a fault that a sanitizer saw fails the test."""
        if self.is_running():
            self.kill()
        self._notifications.close()
        fault = fault_in(self.log)
        assert not fault, fault

    def memory_peak(self):
        """Bytes that the process took at most, so far."""
        with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM")
