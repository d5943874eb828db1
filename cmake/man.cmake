# Manual pages and shell completions.  What they say of commands and settings is
# printed by the program itself, so they are made after it.

set(bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions mentionctl)
set(fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d mentionctl.fish)
set(zsh ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions _mentionctl)

foreach(shell bash fish zsh)
	list(GET ${shell} 0 folder)
	list(GET ${shell} 1 name)
	set(made ${PROJECT_BINARY_DIR}/completions/${name})
	add_custom_command(OUTPUT ${made}
		COMMAND ${CMAKE_COMMAND} -DMENTIONCTL=$<TARGET_FILE:mentionctl>
			"-DARGUMENTS=completion ${shell}" -DOUTPUT=${made}
			-P ${PROJECT_SOURCE_DIR}/cmake/print.cmake
		DEPENDS mentionctl cmake/print.cmake VERBATIM)
	list(APPEND printed ${made})
	install(FILES ${made} DESTINATION ${folder})
endforeach()

find_program(SCDOC scdoc)
if(MENTIOND_MAN AND NOT SCDOC)
	message(STATUS "No scdoc: the manual pages are not made")
endif()

foreach(page mentiond.8 mentionctl.1 mentiond.yaml.5)
	if(NOT MENTIOND_MAN OR NOT SCDOC)
		break()
	endif()
	string(REGEX REPLACE ".*\\." "" section ${page})
	set(source ${PROJECT_SOURCE_DIR}/docs/man/${page}.scd)
	set(made ${PROJECT_BINARY_DIR}/man/${page})
	add_custom_command(OUTPUT ${made}
		COMMAND ${CMAKE_COMMAND} -DMENTIONCTL=$<TARGET_FILE:mentionctl>
			-DTEMPLATE=${source} -DSCDOC=${SCDOC} -DOUTPUT=${made}
			-P ${PROJECT_SOURCE_DIR}/cmake/print.cmake
		DEPENDS mentionctl ${source} cmake/print.cmake VERBATIM)
	list(APPEND printed ${made})
	install(FILES ${made} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

add_custom_target(printed ALL DEPENDS ${printed})
