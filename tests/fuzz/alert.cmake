fuzz_target(fuzz_rule)
