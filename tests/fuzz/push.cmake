fuzz_target(fuzz_hub_signature)
fuzz_target(fuzz_sse)
