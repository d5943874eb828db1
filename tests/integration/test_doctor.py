"""mentionctl doctor: a line for each thing that mentiond needs."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import unittest

from support.case import IntegrationCase
from support.daemon import mentionctl, run_once


class Doctor(IntegrationCase):
    def look(self, *options, **variables):
        return mentionctl("--config", self.config, "doctor", *options, variables=variables)

    def findings(self, **variables):
        """The exit code, and what was found, by name."""
        done = self.look("--json", **variables)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, {line["check"]: line for line in lines}

    def assert_state(self, state, finding, words):
        self.assertEqual(state, finding["state"], finding)
        self.assertIn(words, finding["finding"])
        self.assertEqual(state != "ok", "advice" in finding, finding)

    def test_a_healthy_one(self):
        run_once(self.write_config())
        code, found = self.findings()
        self.assertEqual(0, code, found)
        self.assertEqual(["configuration", "database", "disk", "lexicons", "places", "presets",
                          "credentials", "mail", "outbox", "clock"], list(found))
        for name in ("configuration", "database", "lexicons", "places", "presets",
                     "credentials", "mail", "outbox"):
            self.assert_state("ok", found[name], "")

    def test_lines_for_people(self):
        del self.settings["smtp"]
        self.write_config()
        done = self.look()
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^warning  database +.*is not there yet\n"
                                      r" +what to do: start mentiond")
        self.assertRegex(done.stdout, r"(?m)^warning  mail +no mail is sent")

    def test_a_mail_server_that_is_not_there(self):
        with socket.socket() as nobody:  # bound, and nobody listens
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            self.settings["smtp"]["url"] = f"smtp://127.0.0.1:{port}"
            self.write_config()
            code, found = self.findings()
        self.assertEqual(69, code)
        self.assert_state("error", found["mail"], f"127.0.0.1 port {port}: ")

    def test_something_else_at_the_port(self):
        self.settings["smtp"]["url"] = self.web.url("").replace("http:", "smtp:").rstrip("/")
        self.write_config()
        code, found = self.findings()
        self.assertEqual(69, code, found["mail"])
        self.assertEqual("error", found["mail"]["state"])

    def test_a_broken_configuration(self):
        self.settings["streams"][0]["query"] = "acme AND"
        self.write_config()
        code, found = self.findings()
        self.assertEqual(78, code)
        self.assert_state("error", found["configuration"], "mentiond.yaml:")
        self.config.write_text("sources: [")
        code, found = self.findings()
        self.assertEqual(78, code)
        self.assert_state("warning", found["mail"], "not looked at")
        self.config.unlink()
        self.assertEqual(78, self.findings()[0])

    def test_a_database_that_is_none(self):
        self.write_config()
        self.database.path.write_text("this is no database" * 100)
        code, found = self.findings()
        self.assertEqual(69, code)
        self.assert_state("error", found["database"], "mentions.db")

    def test_a_page_that_is_damaged(self):
        run_once(self.write_config())
        with contextlib.closing(sqlite3.connect(self.database.path)) as connection:
            page = connection.execute(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'score_term'").fetchone()[0]
        with open(self.database.path, "r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"Z" * 4096)
        code, found = self.findings()
        self.assertEqual(69, code, found)
        self.assert_state("error", found["database"], "mentions.db")
        self.assertIn("mentionctl restore", found["database"]["advice"])

    def test_a_log_that_somebody_keeps(self):
        run_once(self.write_config())
        with self.database.growing_log():
            code, found = self.findings()
        self.assertEqual(0, code, found)
        self.assert_state("warning", found["database"], f"process {os.getpid()} holds")

    def test_a_folder_that_is_missing(self):
        self.settings["database"] = "/nowhere/mentions.db"
        self.write_config()
        code, found = self.findings()
        self.assertEqual(69, code)
        self.assert_state("error", found["disk"], "/nowhere")

    def test_credentials(self):
        self.settings["smtp"] |= {"user": "acme", "password": {"credential": "smtp-password"}}
        self.write_config()
        code, found = self.findings()
        self.assertEqual(0, code)
        self.assert_state("warning", found["credentials"], "smtp-password")
        code, found = self.findings(CREDENTIALS_DIRECTORY=str(self.folder))
        self.assertEqual(69, code)
        self.assert_state("error", found["credentials"], "smtp-password")
        (self.folder / "smtp-password").write_text("moonlight\n")
        code, found = self.findings(CREDENTIALS_DIRECTORY=str(self.folder))
        self.assertEqual(0, code)
        self.assert_state("ok", found["credentials"], "1 can be read")
        self.assertNotIn("moonlight", json.dumps(found))

    def test_check_tells_a_missing_credential(self):
        self.settings["smtp"] |= {"user": "acme", "password": {"credential": "smtp-password"}}
        config = self.write_config()
        place = r"mentiond\.yaml:\d+:\d+: %s: the credential `smtp-password' cannot be read"
        hint = "LoadCredential=smtp-password:FILE"
        done = mentionctl("--config", config, "check")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex(done.stderr, place % "warning")
        self.assertIn(hint, done.stderr)
        done = mentionctl("--config", config, "check",
                          variables={"CREDENTIALS_DIRECTORY": str(self.folder)})
        self.assertEqual(78, done.returncode)
        self.assertRegex(done.stderr, place % "error")
        self.assertIn(hint, done.stderr)

    def test_the_daemon_does_not_start_without_a_credential(self):
        self.settings["smtp"] |= {"user": "acme", "password": {"credential": "smtp-password"}}
        done = run_once(self.write_config())
        self.assertEqual(78, done.returncode)
        self.assertIn("error: the credential `smtp-password' cannot be read", done.stderr)
        self.assertFalse(self.database.path.exists())

    def test_a_reload_keeps_what_runs_when_a_credential_is_missing(self):
        daemon = self.start()
        self.settings["smtp"] |= {"user": "acme", "password": {"credential": "smtp-password"}}
        self.write_config()
        daemon.reload()
        self.assertIn("Reload failed, the running configuration stays", daemon.log)
        self.assertIn("then restart it", daemon.log)

    def test_data_that_is_missing_or_damaged(self):
        data = self.folder / "data"
        shutil.copytree(pathlib.Path(__file__).parents[2] / "config", data)
        (data / "lexicons/en.tsv").write_text("no lexicon\tat all\n")
        self.write_config()
        code, found = self.findings(MENTIOND_DATA=str(data))
        self.assertEqual(0, code, found)
        self.assert_state("warning", found["places"], "there is no table")
        self.assert_state("warning", found["lexicons"], "en.tsv:1")
        shutil.rmtree(data / "lexicons")
        code, found = self.findings(MENTIOND_DATA=str(data))
        self.assertEqual(69, code)
        self.assert_state("error", found["lexicons"], "lexicons")


if __name__ == "__main__":
    unittest.main()
