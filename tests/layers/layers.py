#!/usr/bin/python3
"""Reads every #include below src/ and include/ and reports the arrows that are
not in the tables here: which folder may use which, and which folder a library
belongs to (docs/architecture.md).

usage: layers.py PROJECT_FOLDER
"""

import pathlib
import re
import sys

GROUND = ("base/", "record/")
STAGE = GROUND + ("text/", "place/", "config/settings.h")
SENDER = STAGE + ("http/",)
STAGES = ("source/", "fetch/", "push/", "decode/", "dedupe/", "match/", "score/", "store/",
          "alert/", "notify/", "report/")
TOP = SENDER + STAGES + ("config/",)

# What a folder may include beside itself and the public interface, which
# includes nothing of ours: folders end in a slash.
ARROWS = {
    "base": (),
    "record": ("base/",),
    "text": GROUND,
    "place": GROUND + ("text/",),
    "config": GROUND + ("text/mailbox.h",),
    "http": ("base/",),
    "source": SENDER,
    "fetch": SENDER,
    "decode": STAGE,
    "dedupe": STAGE,
    "match": STAGE,
    "score": STAGE,
    "store": STAGE,
    "alert": STAGE,
    "notify": SENDER + ("config/secret.h", "report/report.h"),
    "push": SENDER,
    "report": STAGE,
    "daemon": TOP,
    "ctl": TOP
    + tuple(f"daemon/{name}.h" for name in ("applying", "check", "digests", "probe", "rescoring", "turn")),
    "mentiond": (),
}

# Where a library's headers may be included: folders, or single files.
LIBRARIES = {
    "cld2/": ("text/",),
    "curl/": ("http/",),
    "jansson.h": ("base/json.h",),
    "libpsl.h": ("text/",),
    "libxml/": (),
    "microhttpd.h": ("push/listener.c",),
    "openssl/": ("base/sha256.c", "push/key.c"),
    "pcre2.h": ("match/", "text/"),
    "sqlite3.h": ("store/",),
    "systemd/sd-daemon.h": ("daemon/",),
    "systemd/sd-event.h": ("http/", "fetch/", "notify/", "push/", "daemon/"),
    "systemd/sd-journal.h": ("base/log.c",),
    "unicode/": ("text/",),
    "yaml.h": ("config/",),
    "zlib.h": ("http/content.c",),
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def is_below(path, allowed):
    return any(path.startswith(one) if one.endswith("/") else path == one for one in allowed)


def wrong_own(source, target):
    """Why SOURCE may not include our own header TARGET; None when it may."""
    folder = source.split("/")[0]
    if folder not in ARROWS:
        return f"folder {folder}/ is not in the table of tests/layers/layers.py"
    if "/" not in target:
        return f'"{target}" must be named with its folder'
    if is_below(target, ARROWS[folder] + (folder + "/", "mentiond/")):
        return None
    return f'{folder}/ may not include "{target}"'


def wrong_library(source, target):
    """Why SOURCE may not include the system header TARGET; None when it may."""
    for header, allowed in LIBRARIES.items():
        if is_below(target, (header,)) and not is_below(source, allowed):
            return f"<{target}> belongs to {', '.join(allowed) or 'no part of the product'}"
    return None


def sources(project):
    """(name from src/ or include/ on, path) of each file, sorted."""
    for top in ("src", "include"):
        for path in sorted((project / top).rglob("*")):
            if path.suffix in (".c", ".cc", ".h"):
                yield path.relative_to(project / top).as_posix(), path


def includes(path):
    """(line, quote, target) of each include in the file."""
    text = path.read_text(encoding="utf-8")
    for found in INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start(2)) + 1, found.group(1), found.group(2)


def find_cycle(graph):
    """A list of headers that include each other, first and last the same, or None."""
    done = set()

    def visit(name, trail):
        if name in trail:
            return trail[trail.index(name):] + [name]
        if name in done:
            return None
        for target in graph.get(name, ()):
            cycle = visit(target, trail + [name])
            if cycle:
                return cycle
        done.add(name)
        return None

    for start in graph:
        cycle = visit(start, [])
        if cycle:
            return cycle
    return None


def check(project):
    """The list of mistakes, each FILE:LINE: why; and the number of includes read."""
    mistakes = []
    headers = {}
    n = 0
    for name, path in sources(project):
        for line, quote, target in includes(path):
            n += 1
            why = (wrong_own if quote == '"' else wrong_library)(name, target)
            if why:
                mistakes.append(f"{path.relative_to(project)}:{line}: {why}")
            if quote == '"' and name.endswith(".h"):
                headers.setdefault(name, []).append(target)
    cycle = find_cycle(headers)
    if cycle:
        mistakes.append("headers include each other: " + " -> ".join(cycle))
    return mistakes, n


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    mistakes, n = check(pathlib.Path(arguments[1]))
    for mistake in mistakes:
        print(mistake)
    if n == 0:
        sys.exit(f"{arguments[1]}: no #include found")
    print(f"{n} includes read, {len(mistakes)} mistakes")
    sys.exit(1 if mistakes else 0)


if __name__ == "__main__":
    main(sys.argv)
