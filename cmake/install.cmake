# Where things go; debian/ builds the package from the same rules.

install(TARGETS mentiond mentionctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
