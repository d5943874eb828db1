# Flags for everything that is ours, on one INTERFACE target.

add_library(mentiond_flags INTERFACE)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

include(CheckPIESupported)
check_pie_supported()

target_compile_definitions(mentiond_flags INTERFACE
	_GNU_SOURCE
	MENTIOND_VERSION="${PROJECT_VERSION}"
	MENTIOND_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
	MENTIOND_BUILD_DIR="${PROJECT_BINARY_DIR}"
	MENTIOND_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/mentiond"
	MENTIOND_CONFIG_DIR="${CMAKE_INSTALL_FULL_SYSCONFDIR}/mentiond")

target_compile_options(mentiond_flags INTERFACE
	-Wall -Wextra -Wshadow -Wwrite-strings -Wcast-qual -Wundef -Wformat=2
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes -Wvla
		-Wconversion -Wno-sign-conversion>
	-fno-strict-aliasing)

option(MENTIOND_WERROR "Warnings are errors" OFF)
if(MENTIOND_WERROR)
	target_compile_options(mentiond_flags INTERFACE -Werror)
endif()

option(MENTIOND_HARDEN "Hardening flags of the OpenSSF guide" OFF)
if(MENTIOND_HARDEN)
	target_compile_options(mentiond_flags INTERFACE
		-Werror=format-security -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
		-fstack-clash-protection -fstack-protector-strong -fcf-protection=full
		-ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks -fno-strict-overflow)
	target_link_options(mentiond_flags INTERFACE
		-Wl,-z,nodlopen -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now)
endif()

set(MENTIOND_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(MENTIOND_SANITIZE)
	target_compile_options(mentiond_flags INTERFACE -fsanitize=${MENTIOND_SANITIZE}
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(mentiond_flags INTERFACE -fsanitize=${MENTIOND_SANITIZE})
endif()

option(MENTIOND_COVERAGE "Count lines and branches for gcov" OFF)
if(MENTIOND_COVERAGE)
	target_compile_options(mentiond_flags INTERFACE --coverage)
	target_link_options(mentiond_flags INTERFACE --coverage)
endif()

option(MENTIOND_ANALYZE "Run gcc -fanalyzer" OFF)
if(MENTIOND_ANALYZE)
	target_compile_options(mentiond_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-fanalyzer>)
endif()
