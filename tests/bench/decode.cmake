bench(bench_decode)
