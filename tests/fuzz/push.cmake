fuzz_target(fuzz_sse)
