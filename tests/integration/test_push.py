"""WebSub: what a hub pushes is told within a second, nobody else is heard, and
whatever breaks, the polls go on."""

import json
import os
import socket
import stat
import subprocess
import time
import unittest

from support.case import IntegrationCase
from support.daemon import MENTIOND, environment, mentionctl
from support.feeds import angry, calm, rss, unrelated
from support.http_server import content, redirect
from support.pushers import Hub, call
from support.wait import until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Push(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.hub = Hub()
        self.web["/hub"] = self.hub
        self.topic = self.web.url("/news")
        self.port = free_port()
        self.settings["sources"] = [self.source("news", every="1h")]
        self.settings["push"] = {"address": f"http://127.0.0.1:{self.port}/mentiond/",
                                 "listen": f"127.0.0.1:{self.port}"}
        self.publish()

    def publish(self, *posts, hub="/hub"):
        """What a poll finds."""
        links = ([("Link", f'<{self.web.url(hub)}>; rel="hub"'),
                  ("Link", f'<{self.topic}>; rel="self"')] if hub else [])
        self.web["/news"] = content(rss(*posts), headers=links)

    def start_live(self, **options):
        daemon = self.start(**options)
        self.wait_live()
        return daemon

    def wait_live(self):
        """Both sides know it."""
        self.wait_state("live")
        self.hub.verified.wait(bool, "the hub's question")

    def wait_state(self, state):
        self.database.wait_for("SELECT (SELECT push_state FROM v_source_health)", state)

    def wait_posts(self, *ids):
        self.database.wait_for("SELECT group_concat(source_post_id) FROM"
                               " (SELECT source_post_id FROM post ORDER BY 1)", ",".join(ids))

    def listed(self):
        return json.loads(mentionctl("--config", self.config, "sources", "--json").stdout)

    # The promise

    def test_a_push_is_told_at_once(self):
        """The promise is a second, and is printed; nothing but the push itself makes the
        daemon mail within the time that is waited for: the next poll is an hour away."""
        self.start_live()
        took = []
        for n in range(5):
            sent = time.monotonic()
            self.assertEqual(200, self.hub.push(self.topic, rss(angry(n))))
            self.mail.wait_for(n + 1)
            took.append(time.monotonic() - sent)
        print("seconds from push to mail:", " ".join(f"{s:.2f}" for s in took))
        self.assertEqual((1, 5), tuple(self.database.rows(
            "SELECT polls_week, pushes_week FROM v_source_health")[0]))

    def test_what_is_asked_of_the_hub(self):
        self.start_live()
        form = self.hub.wait_request("subscribe")
        self.assertEqual(self.topic, form["hub.topic"])
        self.assertEqual("864000", form["hub.lease_seconds"])
        self.assertRegex(form["hub.callback"],
                         rf"^http://127.0.0.1:{self.port}/mentiond/[0-9a-f]{{32}}$")
        self.assertRegex(form["hub.secret"], "^[0-9a-f]{64}$")
        listed = self.listed()["push"]
        self.assertEqual(("hub", "live", self.web.url("/hub"), 0),
                         (listed["kind"], listed["state"], listed["from"], listed["forged"]))
        lease_s = self.database.value("SELECT unixepoch(push_until_utc) - unixepoch()"
                                      " FROM v_source_health")
        self.assertAlmostEqual(864000, lease_s, delta=60)

    def test_nothing_in_the_database_lets_a_reader_post(self):
        self.start_live()
        form = self.hub.wait_request("subscribe")
        token = form["hub.callback"].rsplit("/", 1)[1]
        for path in self.folder.glob("mentions.db*"):
            if path.name.endswith(".key"):
                self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
                continue
            self.assertNotIn(token.encode(), path.read_bytes(), path)
            self.assertNotIn(form["hub.secret"].encode(), path.read_bytes(), path)

    def test_a_hub_that_the_feed_itself_names(self):
        links = (f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' "
                 f"href='{self.web.url('/hub')}'/><a:link xmlns:a='http://www.w3.org/2005/Atom' "
                 f"rel='self' href='https://news.example/own-name'/>").encode()
        self.web["/news"] = content(rss().replace(b"<description/>", links))
        self.start_live()
        self.assertEqual("https://news.example/own-name",
                         self.hub.wait_request("subscribe")["hub.topic"])

    def test_what_a_poll_finds_again_is_the_same_post(self):
        daemon = self.start_live()
        self.hub.push(self.topic, rss(calm(1)))
        self.wait_posts("calm-1")
        state = "SELECT etag, last_modified, cursor, next_poll_utc, interval_s, failures FROM source"
        before = [tuple(row) for row in self.database.rows(state)]
        self.hub.push(self.topic, rss(calm(2)))
        self.wait_posts("calm-1", "calm-2")
        self.assertEqual(before, [tuple(row) for row in self.database.rows(state)])
        self.publish(calm(3), calm(2), calm(1))
        self.settings["sources"][0]["every"] = "1s"
        self.write_config()
        daemon.reload()
        self.wait_posts("calm-1", "calm-2", "calm-3")

    # Who is not heard

    def test_forged_signatures(self):
        self.start_live()
        body = rss(angry(0))
        self.assertEqual(200, self.hub.push(self.topic, body, secret="guessed"))
        callback, secret = self.hub.callbacks[self.topic]
        for signature in ("", "sha256", "sha256=", "md5=00", "sha256=zz", "sha1=" + "0" * 40,
                          "sha256=" + "0" * 128):
            self.assertEqual(200, call(callback, body, {"X-Hub-Signature": signature})[0])
        self.assertEqual(200, call(callback, body)[0])
        for n, method in enumerate(("sha1", "sha256", "sha384", "sha512")):
            self.assertEqual(200, self.hub.push(self.topic, rss(calm(n)), method=method))
        self.wait_posts("calm-0", "calm-1", "calm-2", "calm-3")
        self.assertEqual(9, self.listed()["push"]["forged"])
        self.assertEqual([], self.mail.mails.all())

    def test_everything_else_is_not_found(self):
        self.start_live()
        callback, _ = self.hub.callbacks[self.topic]
        form = self.hub.wait_request("subscribe")
        base = f"http://127.0.0.1:{self.port}"
        for url, body, method in (
                (base + "/", None, "GET"), (base + "/mentiond/", b"x", "POST"),
                (callback[:-1], None, "GET"), (callback[:-1], b"x" * 100, "POST"),
                (callback, None, "GET"), (callback, None, "DELETE"), (callback, b"x", "PUT"),
                (callback + "?hub.mode=subscribe", None, "GET"),
                (base + "/" + "a" * 20000, None, "GET")):
            with self.subTest(url=url[:80], method=method):
                code, text = call(url, body, method=method)
                self.assertIn(code, (404, 414, 431))
                if code == 404:
                    self.assertEqual(b"", text)
        # Nobody asked for these: confirmed already, another topic, never asked for.
        self.assertEqual(404, self.hub.verify(form))
        self.assertEqual(404, self.hub.verify({**form, "hub.topic": "https://x.example/"}))
        self.assertEqual(404, self.hub.verify({**form, "hub.mode": "unsubscribe"}))
        self.assertEqual(404, self.hub.deny({**form, "hub.topic": "https://x.example/"}, "no"))
        self.wait_state("live")

    def test_bodies_are_bounded(self):
        self.settings["fetch"]["max_body"] = "64k"
        self.start_live()
        callback, _ = self.hub.callbacks[self.topic]
        self.assertEqual(413, self.hub.push(self.topic, b"x" * (65 << 10)))
        with socket.create_connection(("127.0.0.1", self.port)) as chunked:
            path = callback.split(str(self.port))[1]
            chunked.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                            "\r\n".encode())
            for _ in range(20):
                chunked.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            chunked.sendall(b"0\r\n\r\n")
            self.assertIn(b" 413 ", chunked.recv(4096))
        self.assertEqual(200, self.hub.push(self.topic, rss(calm(1))))
        self.wait_posts("calm-1")

    def test_many_connections_hold_nobody_up(self):
        self.start_live()
        idle = [self.opened(socket.create_connection(("127.0.0.1", self.port)))
                for _ in range(20)]
        for one in idle:
            one.sendall(b"POST / HTTP/1.1\r\nHost: ")
        self.assertEqual(200, self.hub.push(self.topic, rss(angry(0))))
        self.mail.wait_for(1)

    # What a hub may do

    def test_a_hub_that_refuses(self):
        self.hub.answer_with = [403]
        self.start()
        self.wait_state("refused")
        self.assertIn("HTTP 403: not you", self.listed()["why"])
        self.assertEqual("ok", self.listed()["state"])

    def test_a_hub_that_denies(self):
        self.start_live()
        form = self.hub.wait_request("subscribe")
        self.assertEqual(200, self.hub.deny(form, "not in this house"))
        self.wait_state("refused")
        self.assertIn("not in this house", self.listed()["push"]["last_error"])

    def test_a_hub_that_moved(self):
        self.web["/old"] = redirect("/hub", 307)
        self.publish(hub="/old")
        self.start_live()
        self.assertIn("hub.secret", self.hub.wait_request("subscribe"))

    def test_a_hub_that_does_not_ask_back_at_once(self):
        self.hub.confirms = False
        daemon = self.start()
        form = self.hub.wait_request("subscribe")
        self.wait_state("asked")
        self.assertEqual(0, daemon.stop())
        self.start()  # what was asked for before may still be confirmed
        self.assertEqual(200, self.hub.verify(form))
        self.wait_state("live")
        self.assertEqual(1, len(self.hub.requests.all()))

    def test_leases_are_renewed(self):
        self.hub.lease_s = 1  # taken as five seconds
        self.start_live()
        self.hub.wait_request("subscribe", 2)
        self.hub.verified.wait(lambda seen: [code for _, code, _ in seen[:2]] == [200, 200],
                               "a renewal")
        self.hub.push(self.topic, rss(calm(1)))
        self.wait_posts("calm-1")

    def test_what_is_no_feed_is_no_reason_to_poll_all_the_time(self):
        self.start_live()
        for n in range(1, 4):
            self.assertEqual(200, self.hub.push(self.topic, b"<html>"))
            self.database.wait_for("SELECT pushes FROM subscription", n)
        self.hub.push(self.topic, rss(calm(1)))
        self.wait_posts("calm-1")
        self.assertEqual(1, self.web.count("/news"))

    # What we may do

    def test_a_restart_asks_for_nothing_and_hears_everything(self):
        daemon = self.start_live()
        self.assertEqual(0, daemon.stop())
        self.start_live()
        self.assertEqual(200, self.hub.push(self.topic, rss(angry(0))))
        self.mail.wait_for(1)
        self.assertEqual(1, len(self.hub.requests.all()))

    def test_killed_in_the_middle_nothing_is_lost_or_doubled(self):
        daemon = self.start_live()
        for n in range(40):
            body = rss(calm(n))
            if n % 10 == 9:
                daemon.kill()
                daemon = self.start()
            try:
                code = self.hub.push(self.topic, body)
            except OSError:
                code = 0
            if code != 200:  # a hub sends it again
                until(lambda: self.try_push(body), "an accepted push")
        self.database.wait_for("SELECT count(*) FROM post", 40)
        self.assertEqual(40, self.database.value("SELECT count(DISTINCT source_post_id) FROM post"))
        self.assertEqual([], self.database.check())

    def try_push(self, body):
        try:
            return self.hub.push(self.topic, body) == 200
        except OSError:
            return False

    def test_another_address_is_told_to_the_hub(self):
        daemon = self.start_live()
        self.settings["push"]["address"] += "new"
        self.write_config()
        daemon.reload()
        self.assertIn("/mentiond/new/", self.hub.wait_request("subscribe", 2)["hub.callback"])
        self.wait_state("live")

    def test_a_lost_key_makes_new_addresses(self):
        daemon = self.start_live()
        old, _ = self.hub.callbacks[self.topic]
        self.assertEqual(0, daemon.stop())
        (self.folder / "mentions.db-push.key").unlink()
        self.start()
        self.hub.verified.wait(lambda seen: len(seen) >= 2, "another subscription")
        self.assertNotEqual(old, self.hub.callbacks[self.topic][0])
        self.assertEqual(404, call(old, b"x")[0])

    def test_a_key_that_others_may_read_is_refused(self):
        key = self.folder / "mentions.db-push.key"
        key.write_bytes(b"k" * 32)
        key.chmod(0o640)
        daemon = self.start()
        daemon.wait_log("chmod 600")
        self.wait_state("offered")
        self.assertEqual([], self.hub.requests.all())

    def test_a_source_that_goes_is_unsubscribed(self):
        daemon = self.start_live()
        callback, _ = self.hub.callbacks[self.topic]
        self.web["/other"] = content(rss(unrelated(1)))
        self.settings["sources"] = [self.source("other")]
        self.write_config()
        daemon.reload()
        self.hub.wait_request("unsubscribe")
        self.hub.verified.wait(lambda seen: seen[-1][:2] == ("unsubscribe", 200), "its end")
        self.assertEqual({}, self.hub.callbacks)
        self.database.wait_for("SELECT state FROM subscription", "offered")
        self.assertEqual(404, call(callback, b"x")[0])

    def test_push_that_is_switched_off_and_on(self):
        daemon = self.start_live()
        push = self.settings.pop("push")
        self.write_config()
        daemon.reload()
        self.hub.verified.wait(lambda seen: seen[-1][:2] == ("unsubscribe", 200), "its end")
        until(lambda: not self.is_listening(), "no listener")
        self.wait_state("offered")
        self.assertIn("push.address", self.listed()["why"])
        self.settings["push"] = push
        self.write_config()
        daemon.reload()
        self.wait_state("live")

    def is_listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def test_a_feed_that_changes_its_hub(self):
        daemon = self.start_live()
        other = self.web["/hub2"] = Hub()
        self.publish(calm(1), hub="/hub2")
        self.settings["sources"][0]["every"] = "1s"
        self.write_config()
        daemon.reload()
        other.wait_request("subscribe")
        self.hub.verified.wait(lambda seen: seen[-1][:2] == ("unsubscribe", 200), "its end")
        self.database.wait_for("SELECT group_concat(hub || ' ' || state) FROM subscription",
                               self.web.url("/hub2") + " live")
        self.publish(calm(1), hub=None)
        other.wait_request("unsubscribe")
        self.database.wait_for("SELECT count(*) FROM subscription", 0)

    def test_without_an_address_nobody_listens(self):
        del self.settings["push"]
        self.start()
        self.wait_state("offered")
        self.assertEqual([], self.hub.requests.all())
        self.assertFalse(self.is_listening())
        self.assertFalse((self.folder / "mentions.db-push.key").exists())

    def test_a_port_that_is_taken_is_told_and_polling_goes_on(self):
        with socket.create_server(("127.0.0.1", self.port)):
            self.publish(calm(1))
            daemon = self.start()
            daemon.wait_log(f"cannot listen at 127.0.0.1:{self.port}")
            self.wait_posts("calm-1")

    def test_stopped_while_a_hub_speaks(self):
        daemon = self.start_live()
        callback, _ = self.hub.callbacks[self.topic]
        with socket.create_connection(("127.0.0.1", self.port)) as half:
            path = callback.split(str(self.port))[1]
            half.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
                         .encode())
            self.assertEqual(0, daemon.stop())
        self.assertEqual([], self.database.check())

    def test_a_socket_of_systemd(self):
        """As systemd hands it over: descriptor 3, named by LISTEN_FDS."""
        with socket.create_server(("127.0.0.1", self.port)) as given:
            self.settings["push"]["listen"] = "127.0.0.1:1"  # which nobody may use
            wrapper = ("import os,sys; os.dup2(int(sys.argv[1]), 3);"
                       "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
                       "os.execv(sys.argv[2], sys.argv[2:])")
            os.set_inheritable(given.fileno(), True)
            process = subprocess.Popen(
                ["/usr/bin/python3", "-c", wrapper, str(given.fileno()), MENTIOND, "--config",
                 str(self.write_config())], stderr=subprocess.PIPE, env=environment(),
                pass_fds=(given.fileno(),))
            try:
                self.wait_live()
                self.assertEqual(200, self.hub.push(self.topic, rss(angry(0))))
                self.mail.wait_for(1)
            finally:
                process.terminate()
                _, said = process.communicate(timeout=10)
            self.assertEqual(0, process.returncode, said.decode())

    def test_advice(self):
        self.settings["push"]["address"] += "?x"
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(os.EX_CONFIG, done.returncode)
        self.assertIn("push.address", done.stderr)
        self.settings["push"] = {"address": "http://localhost:8780/"}
        done = mentionctl("--config", self.write_config(), "check")
        self.assertEqual(0, done.returncode)
        self.assertIn("cannot reach", done.stderr)


if __name__ == "__main__":
    unittest.main()
