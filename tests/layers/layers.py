#!/usr/bin/python3
"""Reads every #include below src/ and include/ and reports the arrows that are
not in the tables here: which folder may use which, and which folder a library
belongs to (docs/architecture.md).

usage: layers.py PROJECT_FOLDER
       layers.py --table          prints the table of docs/architecture.md
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

# What each folder is, for the table of docs/architecture.md.
ABOUT = {
    "base": "strings, arena, diagnostics, errno, log, clock, map, JSON",
    "record": "post, mention, sentiment, incident, notice, delivery, digest: plain records that"
              " stages hand on",
    "text": "charset, markup, words and keys, entities, language, local time",
    "place": "the table of places (mapped, searched by bisection), countries, distances",
    "config": "YAML against one table of settings",
    "http": "the one curl-multi client: exchanges, answers without an end, and mail",
    "source": "a stage: which requests a source needs, what its pages are",
    "fetch": "a stage: when which source is asked, and what its answer means for the next time",
    "push": "a stage: what comes without a poll, from streams of events and from hubs",
    "decode": "a stage: bodies to posts, of all formats",
    "dedupe": "a stage: which posts are one, and which say the same",
    "match": "a stage: which streams mention a post",
    "score": "a stage: how somebody feels, and about whom",
    "store": "a stage: all of SQLite",
    "alert": "a stage: rules, and whether a recipient is told now",
    "notify": "a stage: channels and the outbox; a way out is one folder of it",
    "report": "a stage: notices in words, by templates",
    "daemon": "turns, jobs, event loop",
    "ctl": "one file a command",
    "mentiond": "the public header",
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

# Modules (a header and its source file) that may use each other, because they are one thing
# in several files: a table and its rows, a struct and what is done with its parts.  The
# list is to become shorter.
CIRCLES = (
    {"alert/rule", "alert/rule_tree"},
    {"base/str", "base/utf8"},
    {"ctl/ctl", "ctl/help", "ctl/options", "ctl/verbs"},
    {"decode/api", "decode/body", "decode/decode", "decode/decoding", "decode/elements",
     "decode/jsonfeed", "decode/xml"},
    {"http/client", "http/mail", "http/request", "http/smtp"},
    {"match/dictionary", "match/filters", "match/node", "match/reading", "match/terms"},
    {"match/evaluate", "match/window"},
    {"match/field", "match/parse"},
    {"notify/channel", "notify/mail/mail_channel"},
    {"push/member", "push/subscriber"},
    {"report/report", "report/view"},
    {"report/template", "report/template_tree"},
    {"score/lexicon", "score/lexicon_private"},
    {"score/steps", "score/target"},
    {"store/item", "store/known", "store/post", "store/story"},
    {"store/lookup", "store/search"},
    {"text/markup", "text/namespaces"},
)

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


def find_circles(graph):
    """The sets of modules that lead to each other (Tarjan's strongly connected components)."""
    index, low, stack, circles = {}, {}, [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in sorted(graph.get(name, ())):
            if target not in index:
                visit(target)
            if target in stack:
                low[name] = min(low[name], low[target])
        if low[name] == index[name]:
            circle = set(stack[stack.index(name):])
            del stack[stack.index(name):]
            if len(circle) > 1:
                circles.append(circle)

    for name in sorted(graph):
        if name not in index:
            visit(name)
    return circles


def wrong_circles(modules):
    """What is said of circles that are not in the table, and of rows that are none any more."""
    found = find_circles(modules)
    for circle in found:
        if circle not in CIRCLES:
            yield "modules include each other: " + ", ".join(sorted(circle))
    for circle in CIRCLES:
        if circle not in found and circle <= set(modules):
            yield "a circle that is gone stands in CIRCLES: " + ", ".join(sorted(circle))


def check(project):
    """The list of mistakes, each FILE:LINE: why; and the number of includes read."""
    mistakes = []
    headers = {}
    modules = {}
    n = 0
    for name, path in sources(project):
        modules.setdefault(name.rsplit(".", 1)[0], set())
        for line, quote, target in includes(path):
            n += 1
            why = (wrong_own if quote == '"' else wrong_library)(name, target)
            if why:
                mistakes.append(f"{path.relative_to(project)}:{line}: {why}")
            if quote == '"' and target.endswith(".h"):
                own = name.rsplit(".", 1)[0]
                modules.setdefault(own, set()).update({target[:-2]} - {own})
            if quote == '"' and name.endswith(".h"):
                headers.setdefault(name, []).append(target)
    cycle = find_cycle(headers)
    if cycle:
        mistakes.append("headers include each other: " + " -> ".join(cycle))
    mistakes.extend(wrong_circles(modules))
    return mistakes, n


def say_arrows(folder):
    """What FOLDER may include, for people."""
    arrows = ARROWS[folder]
    if not arrows:
        return "nothing"
    words = []
    for name, of_several in (("every stage", STAGES), ("the stages' ground", SENDER),
                             ("the stages' ground but `http/`", STAGE)):
        if set(of_several) <= set(arrows):
            words.append(name)
            arrows = tuple(one for one in arrows if one not in of_several)
    return ", ".join(words + [f"`{one}`" for one in arrows])


def table():
    """The table of docs/architecture.md, and the sentence on what all stages stand on."""
    rows = [f"| `{folder}/` | {ABOUT[folder]} | {say_arrows(folder)} |" for folder in ARROWS]
    ground = ", ".join(f"`{one}`" for one in SENDER)
    return "\n".join(["| folder | what it is | may include |", "|---|---|---|", *rows, "",
                      f"The stages' ground is {ground}."]) + "\n"


def main(arguments):
    if arguments[1:] == ["--table"]:
        print(table(), end="")
        return
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
