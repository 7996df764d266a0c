# cmake -DSOURCE=… -DGIT=… -DOUT=commit.cpp -P WriteCommit.cmake
# Runs at each build, but changes the file only if the commit is another, or if the sources differ from it or no longer do.
set(hash "")
set(dirty false)
# A folder that was unpacked inside another repository is not of its commit.
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --verify HEAD
    OUTPUT_VARIABLE found RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  # Without optional locks: it would collide with a commit that is being made.
  execute_process(COMMAND ${GIT} -C ${SOURCE} --no-optional-locks status --porcelain
    OUTPUT_VARIABLE changes RESULT_VARIABLE unknown ERROR_QUIET)
  if(NOT failed AND NOT unknown)
    set(hash ${found})
    if(changes)
      set(dirty true)
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT [[#include "program/program.h"

const envlink::program::Commit envlink::program::commit{"@hash@", @dirty@};
]] @ONLY)
