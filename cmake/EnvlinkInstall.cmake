# What `cmake --install` installs, and the packages made from it: cpack -G DEB, cpack -G TGZ.
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

# The licences of the libraries in the program.
foreach(package libboost1.81-dev libcli11-dev libexpected-dev libfmt-dev libfyaml-dev libsodium-dev libsqlite3-dev
        libutf8proc-dev zlib1g-dev)
  string(REGEX REPLACE "^lib|-dev$" "" name ${package})
  if(EXISTS /usr/share/doc/${package}/copyright)
    install(FILES /usr/share/doc/${package}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences RENAME ${name})
  endif()
endforeach()

set(CPACK_PACKAGE_NAME envlink)
set(CPACK_PACKAGE_VENDOR envlink)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Link environment groups of Render to services, and prove it")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_FILE_NAME envlink-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR}-linux)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The envlink authors <envlink@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A file says which environment groups each service is linked to, which
variables must be there and which service depends on which. envlink plans,
links what is missing, redeploys in dependency order, watches until live,
and proves by reading back that it took effect.")
include(CPack)
