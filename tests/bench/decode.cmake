bench(bench_decode)
bench(bench_steps)
