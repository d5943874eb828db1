fuzz_target(fuzz_settings)
fuzz_target(fuzz_preset)
