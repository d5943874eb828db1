#!/usr/bin/env python3
"""Bodies that cost more than they should: peak memory and longest step of each.

	bombs.py [--reader FILE] [--megabytes N] [--only WORD]

Each is made in a temporary folder and read by bench_steps; the line says its format,
what is in it, the peak resident size above that of a small feed (the body itself is in
it), the CPU time of the longest step and of all of them, the posts, and what was left
out and cut.  docs/limits.md has the table.
"""
import argparse
import os
import subprocess
import sys
import tempfile

LANGUAGES = {
    "Latin": "acme lamp broken again ",
    "Khmer": "ខ្ញុំចង់ទិញចង្កៀង",
    "emoji": "😡👍🏽👩‍👩‍👧🇰🇭",
    "Arabic": "خدمة سيئة جدا ",
    "Chinese": "服务太差了我要退货",
}


def fill(head, part, tail, size):
    """What makes the body: in a process of its own, whose memory is not the reader's."""
    return lambda: repeat(head, part, tail, size)


def repeat(head, part, tail, size):
    head, part, tail = (x.encode() if isinstance(x, str) else x for x in (head, part, tail))
    n = max(1, (size - len(head) - len(tail)) // len(part))
    return head + part * n + tail


def rss(text, size, before="", after=""):
    head = f"<rss version='2.0'><channel><title>t</title><item><title>x</title>{before}"
    return fill(head, text, f"{after}</item></channel></rss>", size)


def bombs(size):
    """Yields format, what, body, further arguments."""
    feed = '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":['
    for what, part in (("{}", "{},"), ("[[]]", "[[]],"), ("[]", "[],"), ("0", "0,"),
                       ("items", '{"id":"1","content_text":"acme"},')):
        yield "JSON", f"a list of {what}", fill("[", part, "0]", size), []
        yield "JSON Feed", f"items: {what}", fill(feed, part, '{"id":"z"}]}', size), []
        yield "Bluesky", f"posts: {what}", fill('{"posts":[', part, '{}]}', size), ["bluesky-search"]
        yield "JSON Feed", f"one item with {what}", fill(feed + '{"id":"1","x":[', part, "0]}]}", size), []
    yield "JSON", "nesting", fill("", "[", "", size), []
    yield "JSON", "nesting of objects", fill("", '{"a":', "", size), []
    yield "JSON Feed", "one item nests", fill(feed + '{"id":"1","x":', "[", "", size), []
    yield "JSON Feed", "members of the feed", fill('{"version":"https://jsonfeed.org/version/1.1","items":[]', ',"a":{}', "}", size), []
    yield "JSON Feed", "a long string", fill(feed + '{"id":"1","content_text":"', "acme ", '"}]}', size), []
    yield "JSON Feed", "escapes", fill(feed + '{"id":"1","content_html":"', "\\u1780\\n", '"}]}', size), []
    yield "JSON Feed", "lone surrogates", fill(feed + '{"id":"1","content_html":"', "\\ud800", '"}]}', size), []
    yield "JSON Feed", "escaped quotes", fill(feed + '{"id":"1","content_html":"', '\\"', '"}]}', size), []
    yield "JSON Feed", "broken items", fill(feed, "{id: 'x', y: NaN,},", "", size), []
    yield "JSON Feed", "quotes", fill(feed, '"', "", size), []
    for name, words in LANGUAGES.items():
        yield "RSS", f"one item of words, {name}", rss(words, size, "<description>", "</description>"), []
        yield "JSON Feed", f"one item of words, {name}", fill(feed + '{"id":"1","content_text":"', words, '"}]}', size), []
    for what, part in (("hashtags", "#a1 @b2 "), ("references", "&amp;amp;"), ("numbers", "&#x1F600;"),
                       ("HTML", "&lt;a href='x'&gt;y&lt;/a&gt; "), ("less-than", "&lt;"), ("addresses", "https://a.example/x "),
                       ("tags", "<b>x</b>"), ("broken tags", "<b <"), ("nesting", "<b>"), ("CDATA", "<![CDATA[x]]>"),
                       ("open CDATA", "<![CDATA[x"), ("comments", "<!--x-->"), ("controls", "\x01")):
        yield "RSS", f"one item of {what}", rss(part, size, "<description>", "</description>"), []
        yield "RSS", f"one title of {what}", rss(part, size, "<title>", "</title>"), []
        yield "Atom", f"one entry of {what}", fill("<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='html'>", part, "</content></entry></feed>", size), []
    for what, part in (("categories", "<category>c</category>"), ("authors", "<author><name>n</name></author>"),
                       ("guids", "<guid>g</guid>"), ("links", "<link href='x'/>"), ("dates", "<pubDate>x</pubDate>"),
                       ("bases", "<x xml:base='a/' xml:lang='de'>"), ("spaces", "<x xmlns:y='z'>"), ("enclosures", "<enclosure url='x'/>")):
        yield "RSS", f"one item with {what}", rss(part, size), []
        yield "RSS", f"a channel with {what}", fill("<rss><channel>", part, "<item><title>x</title></item></channel></rss>", size), []
    yield "RSS", "one item in one CDATA", rss("acme ", size, "<description><![CDATA[", "]]></description>"), []
    yield "RSS", "an attribute", rss("a", size, "<enclosure url='https://a.example/", "'/>"), []
    yield "RSS", "attributes", rss("a='1' ", size, "<enclosure ", "/>"), []
    yield "RSS", "long links", rss("<enclosure url='x'/>", size, "<x xml:base='https://a.example/" + "a" * 3900 + "/'>", "</x>"), []
    yield "RSS", "empty items", fill("<rss><channel>", "<item/>", "</channel></rss>", size), []
    yield "RSS", "items", fill("<rss><channel>", "<item><title>acme</title></item>", "</channel></rss>", size), []
    yield "RSS", "open items", fill("<rss><channel>", "<item>", "", size), []
    yield "RSS", "entities", fill("<!DOCTYPE rss [<!ENTITY a '" + "x" * 1000 + "'>]><rss><item><description>", "&a; ", "</description></item></rss>", size), []
    yield "RSS", "declarations", fill("<!DOCTYPE rss [", "<!ENTITY a 'b'>", "]><rss><item><title>x</title></item></rss>", size), []
    yield "RSS", "windows-874, entities", fill("<?xml version='1.0' encoding='windows-874'?><!DOCTYPE rss [<!ENTITY a 'x'>]><rss><item><description>".encode(), "&a;".encode() + "โคมไฟเสีย".encode("cp874"), b"</description></item></rss>", size), []
    yield "HTML", "a page", fill("<!DOCTYPE html><html><body>", "<p>acme</p>", "</body></html>", size), []
    yield "text", "words", fill("", "acme ", "", size), []
    for charset, text in (("utf-16-le", "acme lamp "), ("utf-16-le", "服务太差了"), ("windows-874", "โคมไฟเสีย"), ("windows-1251", "лампа "),
                          ("gb18030", "服务太差了")):
        items = f"<item><title>{text * 20}</title></item>" * 100
        start = f"<?xml version='1.0' encoding='{charset}'?><rss><channel>"
        codec = charset.replace("windows-874", "cp874")
        yield "RSS", f"{charset}, items", fill(start.encode(codec), items.encode(codec), b"", size), []
    yield "RSS", "items of bytes that are no UTF-8", fill(b"<rss><channel>", "<item><title>ខ្ញ</title><description>".encode() + b"\xff\xfe\x80" * 100 + b"</description></item>", b"</channel></rss>", size), []


def measure(reader, body, arguments, folder):
    path = os.path.join(folder, "body")
    maker = os.fork()
    if maker == 0:
        with open(path, "wb") as file:
            file.write(body())
        os._exit(0)
    os.waitpid(maker, 0)
    done = subprocess.run([reader, path, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.split()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", default="build/release/tests/bench/bench_steps")
    parser.add_argument("--megabytes", type=float, default=15)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    size = int(options.megabytes * (1 << 20))
    most_memory = longest = 0
    with tempfile.TemporaryDirectory() as folder:
        normal = int(measure(options.reader, lambda: b"<rss><item/></rss>", [], folder)[0])
        print(f"normal: {normal} MB")
        print("| format | what | MB above normal | longest step, ms | all, s | posts | left out | cut |")
        print("|---|---|--:|--:|--:|--:|--:|--:|")
        for name, what, body, arguments in bombs(size):
            if options.only not in f"{name} {what}":
                continue
            peak, step, *others = measure(options.reader, body, arguments, folder)
            above = int(peak) - normal
            most_memory = max(most_memory, above)
            longest = max(longest, int(step))
            print(f"| {name} | {what} | {above} | {step} | {' | '.join(others)} |", flush=True)
    print(f"at most {most_memory} MB above normal, {longest} ms a step")
    return 0


if __name__ == "__main__":
    sys.exit(main())
