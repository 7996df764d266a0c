# The flags for every file of envlink, as one target.
add_library(envlink_flags INTERFACE)
target_include_directories(envlink_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(envlink_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
target_link_libraries(envlink_flags INTERFACE fmt::fmt)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # clang 19 warns about deprecated parts of libstdc++ 12 inside std::stable_sort. Its precompiled headers contain the
  # time of each header, so ccache would never find them again.
  target_compile_options(envlink_flags INTERFACE -Wno-deprecated-declarations "SHELL:-Xclang -fno-pch-timestamp")
endif()

# Debug builds run 20,000 simulated schedules, which take minutes without any optimisation.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_EXE_LINKER_FLAGS_RELEASE "-s")

if(ENVLINK_SANITIZE)
  target_compile_options(envlink_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(envlink_flags INTERFACE -fsanitize=address,undefined)
endif()
if(ENVLINK_FUZZ)
  target_compile_options(envlink_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CROSSCOMPILING)
  # All checkouts share compiled files. ccache checks the content of the precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT CMAKE_CROSSCOMPILING)
  add_link_options(-fuse-ld=mold)
endif()

# Nearly every file needs these, and they cost most of the compile time. A file must still include what it uses: the
# tidy preset compiles without precompiled headers.
# GCC uses a precompiled header only with the optimisation that it was compiled with.
if(ENVLINK_PCH)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cpp CONTENT "")
  foreach(precompiled envlink_precompiled envlink_precompiled_quickly)
    add_library(${precompiled} OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled.cpp)
    target_link_libraries(${precompiled} PRIVATE envlink_flags)
    target_precompile_headers(${precompiled} PRIVATE
      <algorithm> <array> <chrono> <cstddef> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string>
      <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h> <tl/expected.hpp>)
  endforeach()
  target_compile_options(envlink_precompiled_quickly PRIVATE $<$<CONFIG:Release>:-O1>)
endif()
function(envlink_precompiled)
  if(ENVLINK_PCH)
    foreach(target ${ARGN})
      target_precompile_headers(${target} REUSE_FROM envlink_precompiled)
    endforeach()
  endif()
endfunction()

add_library(envlink_doctest OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/doctest_main.cpp)
target_link_libraries(envlink_doctest PUBLIC envlink_flags)

# Code that mostly waits for the network, a file or a person gains nothing from more than -O1. The pure folders, which
# the simulation runs a million times, keep -O2.
function(envlink_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(ENVLINK_PCH)
    set_target_properties(${target} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM envlink_precompiled_quickly)
  endif()
endfunction()

# envlink_room(NAME ROOMS base model … PRIVATE third-party …)
# A room is one folder of src/ and one static library. Its third-party headers are private to it.
# The files *_test.cpp next to its sources become one test program.
function(envlink_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  add_library(envlink_${name} STATIC ${sources})
  set_target_properties(envlink_${name} PROPERTIES LINKER_LANGUAGE CXX)
  envlink_precompiled(envlink_${name})
  list(TRANSFORM ROOM_ROOMS PREPEND envlink_)
  target_link_libraries(envlink_${name} PUBLIC envlink_flags ${ROOM_ROOMS} PRIVATE ${ROOM_PRIVATE})
  if(tests AND NOT CMAKE_CROSSCOMPILING)
    add_executable(test_${name} ${tests})
    target_link_libraries(test_${name} PRIVATE envlink_${name} envlink_doctest ${ROOM_PRIVATE})
    target_compile_definitions(test_${name} PRIVATE ENVLINK_SOURCE_DIR=".")
    envlink_precompiled(test_${name})
    add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endfunction()
