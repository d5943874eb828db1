#!/usr/bin/python3
"""The values of mails stand three times: views give them (src/report), reporter_open() checks
templates against a list of them (report.c), and the templates of config/ use them.  This
reports each that is missing in one of the three.

usage: template_keys.py PROJECT_FOLDER
"""

import pathlib
import re
import sys

# Given for templates that administrators write.
OFFERED = {"flags", "has_anger", "is_up"}

KEY = re.compile(r'"([a-z_]+)"')
USE = re.compile(r"\{\{[#^/]?\s*([a-z_]+)\s*\}\}")


def read_keys(project):
    """(listed, given, used)"""
    report = project / "src/report"
    text = (report / "report.c").read_text(encoding="utf-8")
    start = text.index("names[] = {")
    listed = set(KEY.findall(text[start:text.index("};", start)]))
    given = set()
    for path in report.glob("*.c"):
        if path.name != "report.c":
            given.update(KEY.findall(path.read_text(encoding="utf-8")))
    used = set()
    for path in (project / "config/templates").iterdir():
        used.update(USE.findall(path.read_text(encoding="utf-8")))
    return listed, given, used


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    listed, given, used = read_keys(pathlib.Path(arguments[1]))
    wrong = [(what, keys) for what, keys in (
        ("listed in report.c, given by no view", listed - given),
        ("listed in report.c, used by no template", listed - used - OFFERED),
        ("used by a template, not listed in report.c", used - listed),
        ("offered, and not listed or used by a template now", OFFERED - listed | OFFERED & used),
    ) if keys]
    for what, keys in wrong:
        print(f"{what}: {', '.join(sorted(keys))}")
    if not listed or not used:
        sys.exit("no keys found")
    print(f"{len(listed)} keys")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv)
