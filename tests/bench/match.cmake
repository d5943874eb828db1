bench(bench_match)
