fuzz_target(fuzz_places)
