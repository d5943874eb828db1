fuzz_target(fuzz_query)
