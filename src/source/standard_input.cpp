#include "source/standard_input.h"

#include <unistd.h>

#include <utility>

#include "source/open_file.h"

namespace envlink::source {

Result<Secret> from_stdin(FinalBreak final_break) {
  constexpr std::string_view origin = "standard input";
  if (isatty(STDIN_FILENO) == 1) {
    return fail({.kind = ErrorKind::usage,
                 .what = "The value would be visible while you type it",
                 .why = "standard input is a terminal",
                 .cure = "Type it at the prompt instead: leave --stdin out."});
  }
  auto bytes = read_whole(STDIN_FILENO, origin);
  if (!bytes) return fail(std::move(bytes.error()));
  return secret_in(bytes->text, final_break, origin);
}

}  // namespace envlink::source
