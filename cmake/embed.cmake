# embed_text(SYMBOL FILE RET): FILE as the C array `const char SYMBOL[]`, in a
# source file whose path is set in RET.  FILE is read at configure time, and a
# change of it configures again.  ASCII only.
function(embed_text symbol file ret)
	cmake_path(ABSOLUTE_PATH file)
	file(READ ${file} text)
	string(REPLACE "\\" "\\\\" text "${text}")
	string(REPLACE "\"" "\\\"" text "${text}")
	string(REPLACE "\n" "\\n\"\n\t\"" text "${text}")
	set(made ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
	file(CONFIGURE OUTPUT ${made} @ONLY
		CONTENT "extern const char @symbol@[];\nconst char @symbol@[] =\n\t\"@text@\";\n")
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
	set(${ret} ${made} PARENT_SCOPE)
endfunction()
