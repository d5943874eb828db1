bench(bench_score)
target_compile_definitions(bench_score PRIVATE BENCH_DIR="${CMAKE_CURRENT_SOURCE_DIR}"
	MENTIONCTL="$<TARGET_FILE:mentionctl>")
add_dependencies(bench_score mentionctl)
