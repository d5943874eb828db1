fuzz_target(fuzz_settings)
