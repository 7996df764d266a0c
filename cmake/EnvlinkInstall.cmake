# What `cmake --install` installs.
include(GNUInstallDirs)

install(TARGETS envlink)
set(pages ${CMAKE_BINARY_DIR}/src)
install(FILES ${pages}/envlink.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
set(share ${CMAKE_INSTALL_DATADIR})
install(FILES ${pages}/completion.bash DESTINATION ${share}/bash-completion/completions RENAME envlink)
# zsh reads the first folder below /usr/local and, on Debian, the second below /usr.
foreach(folder site-functions vendor-completions)
  install(FILES ${pages}/completion.zsh DESTINATION ${share}/zsh/${folder} RENAME _envlink)
endforeach()
install(FILES ${pages}/completion.fish DESTINATION ${share}/fish/vendor_completions.d RENAME envlink.fish)
install(FILES ${pages}/completion.nushell DESTINATION ${share}/nushell/vendor/autoload RENAME envlink.nu)
install(DIRECTORY schema/ DESTINATION ${CMAKE_INSTALL_DATADIR}/envlink/schema FILES_MATCHING PATTERN "*.json")
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
