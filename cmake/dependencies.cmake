# The libraries, all from Debian; docs/dependencies.md says why each.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.88)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8>=10.42)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd>=252)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc>=72 icu-i18n>=72)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib>=1.2.13)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)

# CLD2 has no pkg-config file.  libcld2_full holds the tables that know
# Mongolian; it must come first, and --as-needed would drop it.
find_library(CLD2_LIBRARY cld2 REQUIRED)
find_library(CLD2_FULL_LIBRARY cld2_full REQUIRED)

add_library(mentiond_dependencies INTERFACE)
target_link_libraries(mentiond_dependencies INTERFACE
	PkgConfig::CURL PkgConfig::JANSSON PkgConfig::PCRE2 PkgConfig::SQLITE
	PkgConfig::SYSTEMD PkgConfig::ICU PkgConfig::YAML PkgConfig::PSL PkgConfig::MICROHTTPD PkgConfig::CRYPTO PkgConfig::ZLIB
	Threads::Threads m
	-Wl,--push-state,--no-as-needed ${CLD2_FULL_LIBRARY} ${CLD2_LIBRARY} -Wl,--pop-state)
