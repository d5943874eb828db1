"""What a test of the whole program starts from."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support.daemon import Daemon
from support.database import Database
from support.http_server import Feed, HttpServer
from support.smtp_server import SmtpServer


class IntegrationCase(unittest.TestCase):
    """A folder, a web server with one feed at /news, a mail server, and a
    configuration (JSON, which is YAML) that watches Acme in that feed.  A test
    changes `settings`, then writes them."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mentiond-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.config = self.folder / "mentiond.yaml"
        self.database = Database(self.folder / "mentions.db")
        self.web = self.opened(HttpServer())
        self.mail = self.opened(SmtpServer())
        self.news = Feed()
        self.web["/news"] = self.news
        self.settings = {
            "database": str(self.database.path),
            "contact": "social@acme.example",
            "fetch": {"timeout": "10s"},
            "sources": [self.source("news")],
            "streams": [{"name": "acme", "label": "Acme", "kind": "brand", "query": "acme"}],
            "recipients": [{"name": "support", "email": ["Support <support@acme.example>"],
                            "max_per_hour": 0}],
            "alerts": [{"name": "angry-customer", "streams": ["acme"], "when": "anger >= 0.6",
                        "notify": ["support"], "respond_within": "1h", "cooldown": "0s"}],
            "smtp": {"url": self.mail.url, "from": "mentiond <mentiond@acme.example>",
                     "tls": "none", "retry": {"first": "1s", "most": "1s"}},
        }

    def opened(self, thing):
        """THING, which is closed at the end of the test."""
        self.addCleanup(thing.close)
        return thing

    def source(self, name, **more):
        return {"name": name, "url": self.web.url(f"/{name}"), "every": "1s",
                "allow_private": True, **more}

    def share_data(self):
        """A copy of mentiond's data for a daemon that runs as another user: the
        source tree may be where only its owner may go."""
        data = self.folder / "data"
        shutil.copytree(pathlib.Path(__file__).parents[3] / "config", data)
        subprocess.run(["chmod", "-R", "a+rX", data], check=True)
        return str(data)

    def write_config(self):
        self.config.write_text(json.dumps(self.settings, indent=1, ensure_ascii=False))
        return self.config

    def start(self, **options):
        """mentiond with the settings as they are now, ready."""
        return self.launch(**options).wait_ready()

    def launch(self, **options):
        return self.opened(Daemon(self.write_config(), self.folder, **options))
