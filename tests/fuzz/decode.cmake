fuzz_target(fuzz_date)
fuzz_target(fuzz_feed)
