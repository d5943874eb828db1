#!/usr/bin/python3
"""Follows every relative link of every Markdown file: its file must exist, and
have the heading that it names.

usage: links.py PROJECT_FOLDER
"""

import pathlib
import re
import sys

LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(<?([^)>\s]+)>?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def anchors(text):
    """The headings' names as they are made into fragments of an address."""
    for heading in HEADING.findall(text):
        words = re.sub(r"[^\w\s-]", "", heading.replace("`", "").lower())
        yield re.sub(r"\s", "-", words)


def wrong(path, target):
    """Why the link from PATH to TARGET leads nowhere; None when it does not."""
    file, _, fragment = target.partition("#")
    there = (path.parent / file).resolve() if file else path
    if not there.exists():
        return "there is no such file"
    if fragment and there.suffix == ".md":
        if fragment not in anchors(FENCE.sub("", there.read_text(encoding="utf-8"))):
            return "there is no such heading"
    return None


def main(project):
    mistakes = n = 0
    for path in sorted(project.rglob("*.md")):
        if "build" in path.relative_to(project).parts:
            continue
        text = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
        for target in LINK.findall(text):
            if re.match(r"[a-z]+:", target):
                continue
            n += 1
            why = wrong(path, target)
            if why:
                mistakes += 1
                print(f"{path.relative_to(project)}: ({target}): {why}")
    print(f"{n} links followed, {mistakes} lead nowhere")
    sys.exit(1 if mistakes else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve())
