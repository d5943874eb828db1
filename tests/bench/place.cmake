bench(bench_place)
