# A Debian package: cmake --build build/release --target deb → build/release/tamga_VERSION_ARCHITECTURE.deb. What it depends on is
# read from the program by dpkg-shlibdeps. tests/package/run installs it in a bare root and starts it.
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(FILE_EXECUTABLE file)  # CPack asks it which files are programs.
find_program(GZIP gzip)
if(NOT HELP2MAN OR NOT DPKG_SHLIBDEPS OR NOT FILE_EXECUTABLE OR NOT GZIP)
    return()
endif()

set(packaging ${PROJECT_SOURCE_DIR}/packaging)
set(made ${PROJECT_BINARY_DIR}/package)

# Debian wants these packed, and without the time at which that was done.
set(packed "")
function(tamga_packed source target)
    add_custom_command(OUTPUT ${made}/${target} DEPENDS ${source} VERBATIM
        COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
        COMMAND sh -c "'${GZIP}' -9nc '${source}' > '${made}/${target}'")
    set(packed ${packed} ${made}/${target} PARENT_SCOPE)
endfunction()
tamga_packed(${packaging}/changelog changelog.Debian.gz)
tamga_packed(${PROJECT_SOURCE_DIR}/CHANGELOG.md changelog.gz)
foreach(page ${pages})
    get_filename_component(name ${page} NAME)
    tamga_packed(${page} ${name}.gz)
endforeach()

set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
install(TARGETS tamga RUNTIME DESTINATION /usr/bin)
install(DIRECTORY ${made}/ DESTINATION /usr/share/man/man1 FILES_MATCHING PATTERN "*.1.gz")
install(FILES ${made}/changelog.Debian.gz ${made}/changelog.gz ${packaging}/copyright README.md docs/operating.md docs/status.md
        DESTINATION /usr/share/doc/tamga)
install(DIRECTORY docs/formats DESTINATION /usr/share/doc/tamga)
install(DIRECTORY registers/china-central-asia DESTINATION /usr/share/doc/tamga/examples)
install(FILES ${packaging}/tamga.service DESTINATION /lib/systemd/system)
install(FILES ${packaging}/tamga.default DESTINATION /etc/default RENAME tamga)
install(FILES ${packaging}/tamga.logrotate DESTINATION /etc/logrotate.d RENAME tamga)

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_NAME tamga)
set(CPACK_PACKAGE_CONTACT "Tamga maintainers <maintainers@tamga.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-hosted register of international agreements")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Follows each promise from the signed text to the measured result, party by
party. Every claim carries its source and its claimant, and every change is
an entry of an append-only journal. Serves pages, JSON, CSV and feeds, checks
IATI files of any size, and publishes the whole as files.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
# What vouches for mail servers and providers of log-ins.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS logrotate)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/postinst ${packaging}/prerm ${packaging}/postrm ${packaging}/conffiles)
include(CPack)

add_custom_target(deb DEPENDS tamga ${packed} WORKING_DIRECTORY ${PROJECT_BINARY_DIR} VERBATIM
    COMMAND ${CMAKE_CPACK_COMMAND} --config CPackConfig.cmake -G DEB)
