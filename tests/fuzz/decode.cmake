fuzz_target(fuzz_date)
fuzz_target(fuzz_feed)
fuzz_target(fuzz_api)
