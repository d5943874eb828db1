bench(bench_store PkgConfig::SQLITE)
bench(bench_stories)
