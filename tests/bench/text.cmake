bench(bench_text)
