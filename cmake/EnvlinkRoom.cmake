# One target for the flags that every file of envlink is compiled with.
add_library(envlink_flags INTERFACE)
target_include_directories(envlink_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(envlink_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
target_link_libraries(envlink_flags INTERFACE fmt::fmt)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # clang 19 sees what libstdc++ 12 itself has deprecated, inside std::stable_sort.
  target_compile_options(envlink_flags INTERFACE -Wno-deprecated-declarations)
endif()

# Debug builds run 20,000 simulated schedules: without any optimisation that takes minutes.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")

if(ENVLINK_SANITIZE)
  target_compile_options(envlink_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(envlink_flags INTERFACE -fsanitize=address,undefined)
endif()
if(ENVLINK_FUZZ)
  target_compile_options(envlink_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # What one checkout has compiled serves every other.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

add_library(envlink_doctest OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/doctest_main.cpp)
target_link_libraries(envlink_doctest PUBLIC envlink_flags)

# envlink_room(NAME ROOMS base model … PRIVATE third-party …)
# A room is one folder under src/ and one static library. Third-party headers stay private to it.
# Files named *_test.cpp beside the sources become one test program a room.
function(envlink_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(NOT sources)
    file(TOUCH ${CMAKE_BINARY_DIR}/empty.cpp)
    set(sources ${CMAKE_BINARY_DIR}/empty.cpp)
  endif()
  add_library(envlink_${name} STATIC ${sources})
  set_target_properties(envlink_${name} PROPERTIES LINKER_LANGUAGE CXX)
  list(TRANSFORM ROOM_ROOMS PREPEND envlink_)
  target_link_libraries(envlink_${name} PUBLIC envlink_flags ${ROOM_ROOMS} PRIVATE ${ROOM_PRIVATE})
  if(tests)
    add_executable(test_${name} ${tests})
    target_link_libraries(test_${name} PRIVATE envlink_${name} envlink_doctest ${ROOM_PRIVATE})
    target_compile_definitions(test_${name} PRIVATE ENVLINK_SOURCE_DIR=".")
    add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
endfunction()
