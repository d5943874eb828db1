"""The database as an analyst sees it: read-only, with stock SQLite."""

import contextlib
import sqlite3

from support.wait import until


class Database:
    def __init__(self, path):
        self.path = path

    def rows(self, sql, *parameters):
        with contextlib.closing(self._open()) as connection:
            return connection.execute(sql, parameters).fetchall()

    def column(self, sql, *parameters):
        return [row[0] for row in self.rows(sql, *parameters)]

    def value(self, sql, *parameters):
        return self.rows(sql, *parameters)[0][0]

    def change(self, *statements):
        """What no analyst may do: damage, and time that passed."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as connection:
            with connection:
                for statement in statements:
                    connection.execute(statement)

    def wait_for(self, sql, want, what=None):
        """Waits until SQL's one value is WANT."""
        seen = []

        def is_there():
            try:
                seen.append(self.value(sql))
            except sqlite3.OperationalError as error:  # not made yet
                seen.append(error)
            return seen[-1] == want

        try:
            until(is_there, what or f"{sql} to be {want}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {seen[-1]!r}") from None

    @contextlib.contextmanager
    def growing_log(self):
        """An analyst's transaction that nobody ends, and the large log behind it."""
        with (contextlib.closing(sqlite3.connect(self.path)) as analyst,
              contextlib.closing(sqlite3.connect(self.path)) as writer):
            analyst.execute("BEGIN")
            analyst.execute("SELECT count(*) FROM post").fetchone()
            writer.execute("INSERT INTO mute (until_utc, made_utc, actor, why)"
                           " VALUES ('', '', '', printf('%.*c', 60000000, 'x'))")
            writer.commit()
            writer.execute("UPDATE mute SET why = why || 'x'")
            writer.commit()
            yield

    def check(self):
        """What SQLite finds wrong: nothing, mostly."""
        return ([line for line in self.column("PRAGMA integrity_check") if line != "ok"]
                + self.rows("PRAGMA foreign_key_check"))

    def _open(self):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
        connection.row_factory = sqlite3.Row
        return connection
