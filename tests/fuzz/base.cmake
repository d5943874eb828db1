fuzz_target(fuzz_json)
