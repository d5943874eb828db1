fuzz_target(fuzz_url)
