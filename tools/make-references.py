#!/usr/bin/python3
"""Prints src/text/reference_names.inc from Python's copy of HTML's table.

A record is the name, a blank (or `!' when HTML lets the `;' go), the
characters, NUL; records are sorted by the bytes of the name.
"""
import html.entities
import unicodedata


def is_plain(char):
    return char.isprintable() and unicodedata.category(char)[0] in "LNPS" and char not in '\\"?'


def literal(char):
    if is_plain(char) and not unicodedata.bidirectional(char) in ("R", "AL"):
        return char
    return "".join("\\%03o" % byte for byte in char.encode())


table = html.entities.html5
records = []
for name in sorted(name[:-1] for name in table if name.endswith(";")):
    mark = "!" if name in table else " "
    records.append(name + mark + "".join(map(literal, table[name + ";"])) + "\\0")

print("/* Made by tools/make-references.py: do not edit. */")
line = ""
for record in records + [None]:
    if record is None or len(line) + len(record) > 90:
        print('"' + line + '"')
        line = ""
    line += record or ""
