#include "cli/agreement.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "cli/output.h"

namespace envlink::cli {

Result<void> agreement(const CommonOptions& options, std::string_view question,
                       std::string_view left_undone) {
  if (options.yes) return {};
  if (!attended(options)) {
    return fail({.kind = ErrorKind::usage,
                 .what = fmt::format("Cannot ask for confirmation: no terminal. Nothing was {}", left_undone),
                 .cure = "Pass --yes to do it without asking"});
  }
  fmt::print(stderr, "{} [y/N] ", question);
  std::fflush(stderr);
  std::array<char, 16> answer{};
  const bool read = std::fgets(answer.data(), static_cast<int>(answer.size()), stdin) != nullptr;
  const std::string_view text(answer.data());
  if (read && (text == "y\n" || text == "Y\n" || text == "yes\n" || text == "Yes\n")) return {};
  return fail({.what = fmt::format("Not confirmed; nothing was {}", left_undone)});
}

}  // namespace envlink::cli
