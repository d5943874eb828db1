fuzz_target(fuzz_lexicon)
fuzz_target(fuzz_score)
