"""The other side of test_notify_reader: reads mails as a mail program does.

usage: mail_reader.py FOLDER

FOLDER holds N.eml and N.json, which says what the mail was made from.
"""

import datetime
import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import sys


def lines(text):
    """TEXT as a mail keeps it: one kind of line break, one at its end."""
    return text.replace("\r\n", "\n").rstrip("\n")


def display_name(raw):
    """Of To.  The new policy keeps the folds between encoded words of a phrase."""
    header = email.message_from_bytes(raw)["To"]
    encoded = email.utils.parseaddr(header.replace("\r\n", ""))[0]
    return str(email.header.make_header(email.header.decode_header(encoded)))


def check(name, raw, want):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(mail.iter_parts())
    found = {
        "subject": mail["Subject"],
        "to_name": display_name(raw),
        "to": mail["To"].addresses[0].addr_spec,
        "n_to": len(mail["To"].addresses),
        "message_id": mail["Message-ID"].strip(),
        "date": mail["Date"].datetime.astimezone(datetime.timezone.utc).isoformat(),
        "types": [part.get_content_type() for part in parts],
        "text": lines(parts[0].get_content()),
        "html": lines(parts[1].get_content()),
        "defects": [str(one) for part in [mail, *parts] for one in part.defects] +
                   [str(one) for header in mail.values() for one in header.defects],
        "bcc": mail["Bcc"],
        "ascii": raw.isascii(),
        "longest": max(len(line) for line in raw.split(b"\r\n")) <= 78,
        "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    }
    expected = {
        "n_to": 1, "types": ["text/plain", "text/html"], "defects": [], "bcc": None,
        "ascii": True, "longest": True, "bare": 0,
        **want, "text": lines(want["text"]), "html": lines(want["html"]),
    }
    wrong = {key: (found[key], expected[key]) for key in expected if found[key] != expected[key]}
    for key, (got, wish) in wrong.items():
        print(f"{name}: {key}: got {got!r}, want {wish!r}")
    return not wrong


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
    good = [check(path.name, path.read_bytes(), json.loads(path.with_suffix(".json").read_text()))
            for path in paths]
    return 0 if paths and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
