# Where things go; debian/ builds the package from the same rules.

install(TARGETS mentiond mentionctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Data that the programs look for in MENTIOND_DATA_DIR.
foreach(folder lexicons presets templates)
	if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/config/${folder})
		install(DIRECTORY config/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/mentiond
			PATTERN local EXCLUDE)
	endif()
endforeach()

install(FILES ${PLACES_TABLE} DESTINATION ${CMAKE_INSTALL_DATADIR}/mentiond/places)

# The example becomes the configuration where there is none.
if(EXISTS ${PROJECT_SOURCE_DIR}/config/mentiond.yaml)
	install(FILES config/mentiond.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
	install(CODE "
		set(target \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_SYSCONFDIR}/mentiond/mentiond.yaml\")
		if(NOT EXISTS \"\${target}\")
			message(STATUS \"Installing: \${target}\")
			configure_file(\"${PROJECT_SOURCE_DIR}/config/mentiond.yaml\" \"\${target}\" COPYONLY)
		endif()")
endif()

# systemd's folders: its own for /usr, else the same ones below the prefix,
# where it looks too.
set(MENTIOND_UNIT_DIR "" CACHE PATH "Folder of the unit (empty: as pkg-config says)")
if(MENTIOND_UNIT_DIR)
	set(unit_dir ${MENTIOND_UNIT_DIR})
elseif(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	pkg_get_variable(unit_dir systemd systemdsystemunitdir)
endif()
if(NOT unit_dir)
	set(unit_dir ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
endif()

foreach(file mentiond.service mentiond-backup.service mentiond.sysusers mentiond.tmpfiles)
	configure_file(systemd/${file}.in ${PROJECT_BINARY_DIR}/systemd/${file} @ONLY)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/systemd/mentiond.service systemd/mentiond.socket
	${PROJECT_BINARY_DIR}/systemd/mentiond-backup.service systemd/mentiond-backup.timer
	DESTINATION ${unit_dir})
install(FILES ${PROJECT_BINARY_DIR}/systemd/mentiond.sysusers
	DESTINATION lib/sysusers.d RENAME mentiond.conf)
install(FILES ${PROJECT_BINARY_DIR}/systemd/mentiond.tmpfiles
	DESTINATION lib/tmpfiles.d RENAME mentiond.conf)
install(FILES systemd/mentiond.catalog DESTINATION lib/systemd/catalog)
