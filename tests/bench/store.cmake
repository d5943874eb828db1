bench(bench_store PkgConfig::SQLITE)
