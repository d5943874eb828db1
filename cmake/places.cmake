# The table of places, unpacked from config/places/ (tools/make-places made it):
# it is mapped into memory, so it can't stay compressed.
find_program(XZ xz REQUIRED)
set(PLACES_TABLE ${PROJECT_BINARY_DIR}/config/places/towns.table)
set(packed ${PROJECT_SOURCE_DIR}/config/places/towns.table.xz)

file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/config/places)
add_custom_command(OUTPUT ${PLACES_TABLE}
	COMMAND ${XZ} --decompress --stdout ${packed} > ${PLACES_TABLE}.new
	COMMAND ${CMAKE_COMMAND} -E rename ${PLACES_TABLE}.new ${PLACES_TABLE}
	DEPENDS ${packed}
	COMMENT "Unpacking the table of places"
	VERBATIM)
add_custom_target(places DEPENDS ${PLACES_TABLE})
