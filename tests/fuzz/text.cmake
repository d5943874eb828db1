fuzz_target(fuzz_charset)
fuzz_target(fuzz_entities)
fuzz_target(fuzz_html)
fuzz_target(fuzz_words)
