#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/session.h"

namespace envlink::cli {

int run_validate(const Options& options) {
  const auto desired = load_file(options);
  if (!desired) {
    put(Stream::talk, desired.error().text);
    return exit_codes::error;
  }
  put(Stream::result,
      fmt::format("{}: {}, {}, no problems", clean(options.file),
                  count_of(desired->services.size(), "service"), count_of(desired->groups.size(), "group")));
  return exit_codes::done;
}

}  // namespace envlink::cli
