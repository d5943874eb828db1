bench(bench_match)
# A peer for the benchmark alone, and only where it is there.
pkg_check_modules(HYPERSCAN QUIET IMPORTED_TARGET libhs)
if(HYPERSCAN_FOUND)
	target_compile_definitions(bench_match PRIVATE HAVE_HYPERSCAN)
	target_link_libraries(bench_match PRIVATE PkgConfig::HYPERSCAN)
endif()
