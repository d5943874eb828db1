"""A real mail server: exim, with one configuration file in a folder of its own.

It takes mail from who logs in over TLS as USER with PASS, keeps it in one
maildir, refuses nosuch@ for good and busy@ for now, and relays nothing.
"""

import email
import email.policy
import grp
import os
import pwd
import shutil
import socket
import subprocess

from support.wait import until

PROGRAM = shutil.which("exim4", path="/usr/sbin:/usr/bin")

CONFIG = r"""
exim_user = daemon
exim_group = daemon
spool_directory = @S@
log_file_path = @S@/%slog
pid_file_path = @S@/pid
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = @PORT@
tls_advertise_hosts = *
tls_certificate = @CERT@
tls_privatekey = @KEY@
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
never_users =
deliver_drop_privilege = true
keep_environment =
host_lookup =
smtputf8_advertise_hosts = *
begin acl
rcpt:
  deny   message = 5.1.1 no such user
         local_parts = nosuch
  defer  message = 4.2.1 busy
         local_parts = busy
  accept authenticated = *
  deny   message = 5.7.0 authentication required
begin routers
all:
  driver = accept
  transport = keep
begin transports
keep:
  driver = appendfile
  directory = @S@/mail
  maildir_format
  create_directory
  envelope_to_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{USER}}{eq{$auth3}{PASS}}}}
  server_set_id = $auth2
"""


def missing():
    """Why exim cannot run here; None when it can."""
    if not PROGRAM:
        return "exim4 is not installed"
    if os.geteuid() != 0:
        return "exim4 needs root"
    return None


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Exim:
    """Runs until close()."""

    def __init__(self, folder, certificate):
        self.folder = folder
        self.port = _free_port()
        uid, gid = pwd.getpwnam("daemon").pw_uid, grp.getgrnam("daemon").gr_gid
        for name in (folder, certificate.key, certificate.path):
            os.chown(name, uid, gid)
        config = folder / "exim.conf"
        config.write_text(CONFIG.replace("@S@", str(folder)).replace("@PORT@", str(self.port))
                          .replace("@CERT@", certificate.path).replace("@KEY@", certificate.key))
        self._log = open(folder / "stderr", "wb")
        self._process = subprocess.Popen([PROGRAM, "-C", config, "-bdf", "-q1m"],
                                         stdout=self._log, stderr=self._log)
        until(self._answers, "a greeting of exim: " + (folder / "stderr").read_text())

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self):
        """The messages in the maildir, with exim's own header lines."""
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in sorted((self.folder / "mail" / "new").glob("*"))]

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(4).startswith(b"220")
        except OSError:
            assert self._process.poll() is None, (self.folder / "stderr").read_text()
            return False
