bench(bench_decode PkgConfig::LIBXML)
