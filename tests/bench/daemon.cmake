bench(bench_pipeline)
