fuzz_target(fuzz_template)
