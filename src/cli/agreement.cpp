#include "cli/agreement.h"

#include <fmt/format.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "cli/output.h"
#include "http/interrupts.h"

namespace envlink::cli {

Result<void> agreement(const CommonOptions& options, std::string_view question,
                       std::string_view left_undone) {
  if (options.yes) return {};
  if (!attended(options)) {
    return fail({.kind = ErrorKind::usage,
                 .what = fmt::format("Cannot ask for confirmation: no terminal. Nothing was {}", left_undone),
                 .cure = "Pass --yes to do it without asking"});
  }
  // A signal must not end the process here: it may hold a lock that others wait for.
  http::Interrupts interrupts;
  fmt::print(stderr, "{} [y/N] ", question);
  std::fflush(stderr);
  std::array<pollfd, 2> awaited{{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                 {.fd = interrupts.descriptor(), .events = POLLIN, .revents = 0}}};
  while (poll(awaited.data(), awaited.size(), -1) < 0 && errno == EINTR) {
  }
  if (interrupts.take() > 0) {
    fmt::print(stderr, "\n");
    return fail(
        {.kind = ErrorKind::interrupted, .what = fmt::format("Interrupted; nothing was {}", left_undone)});
  }
  std::array<char, 16> answer{};
  const bool read = std::fgets(answer.data(), static_cast<int>(answer.size()), stdin) != nullptr;
  const std::string_view text(answer.data());
  if (read && (text == "y\n" || text == "Y\n" || text == "yes\n" || text == "Yes\n")) return {};
  return fail({.what = fmt::format("Not confirmed; nothing was {}", left_undone)});
}

}  // namespace envlink::cli
