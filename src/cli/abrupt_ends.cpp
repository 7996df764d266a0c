#include "cli/abrupt_ends.h"

#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>
#include <string_view>

#include "model/outcome.h"

namespace envlink::cli {
namespace {

// Copied in advance: a handler, or a process without memory, may only write and exit.
int interrupted = 130;
int failed = 1;

[[noreturn]] void leave(std::string_view says, int code) noexcept {
  // After a question the cursor is not at the start of a line.
  if (isatty(STDERR_FILENO) == 1) {
    [[maybe_unused]] const auto begun = write(STDERR_FILENO, "\n", 1);
  }
  [[maybe_unused]] const auto written = write(STDERR_FILENO, says.data(), says.size());
  _exit(code);
}

void on_signal(int) noexcept {
  leave("envlink: Interrupted; all requests so far are recorded\n  → See what was started: envlink runs\n",
        interrupted);
}

void on_full_memory() noexcept {
  leave(
      "envlink: Out of memory; all requests so far are recorded\n"
      "  → Allow it more (ulimit -v, the container's limit), then: envlink resume\n",
      failed);
}

void on_uncaught_error() noexcept {
  leave(
      "envlink: This is a bug in envlink; all requests so far are recorded\n"
      "  → Please report this\n",
      failed);
}

}  // namespace

void prepare_for_abrupt_ends() {
  interrupted = model::exit_code(model::Outcome::interrupted);
  failed = model::exit_code(model::Outcome::error);
  std::set_new_handler(on_full_memory);
  std::set_terminate(on_uncaught_error);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_DFL) continue;
    action = {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace envlink::cli
