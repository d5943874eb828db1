fuzz_target(fuzz_opml)
