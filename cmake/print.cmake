# Writes OUTPUT: what MENTIONCTL prints with ARGUMENTS; or, with a TEMPLATE, the
# manual page that SCDOC makes of it, where a line @commands@ or @settings@
# stands for what MENTIONCTL prints.

function(print arguments ret)
	separate_arguments(arguments)
	execute_process(COMMAND ${MENTIONCTL} ${arguments}
		OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
	set(${ret} "${text}" PARENT_SCOPE)
endfunction()

if(TEMPLATE)
	file(READ ${TEMPLATE} page)
	foreach(part "commands:manual" "settings:settings --format scdoc")
		string(REGEX MATCH "^[a-z]+" mark ${part})
		string(REGEX REPLACE "^[a-z]+:" "" arguments ${part})
		if(page MATCHES "@${mark}@")
			print("${arguments}" text)
			string(REPLACE "@${mark}@\n" "${text}" page "${page}")
		endif()
	endforeach()
	file(WRITE ${OUTPUT}.scd "${page}")
	execute_process(COMMAND ${SCDOC} INPUT_FILE ${OUTPUT}.scd OUTPUT_FILE ${OUTPUT}
		COMMAND_ERROR_IS_FATAL ANY)
else()
	print("${ARGUMENTS}" text)
	file(WRITE ${OUTPUT} "${text}")
endif()
