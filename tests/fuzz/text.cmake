fuzz_target(fuzz_charset)
fuzz_target(fuzz_html)
