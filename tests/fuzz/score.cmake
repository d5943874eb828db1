fuzz_target(fuzz_lexicon)
fuzz_target(fuzz_score)
fuzz_target(fuzz_wordlist)
