#ifndef __APPLE__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/types.h>

#include <csignal>
#include <exception>

#include "cli/abrupt_ends.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/system.h"

#ifdef __APPLE__
// zig lacks <sys/ptrace.h>.
extern "C" int ptrace(int request, pid_t process, char* address, int data);
constexpr int PT_DENY_ATTACH = 31;
#endif

namespace envlink::cli {

namespace {

/// Before a key is read: no core dumps, no access to the memory by the user's other processes, and no death
/// by a closed pipe or a file size limit during a rollout.
void harden() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // the leak checker inspects the process from outside
#ifdef __APPLE__
  ptrace(PT_DENY_ATTACH, 0, nullptr, 0);
#else
  prctl(PR_SET_DUMPABLE, 0);
#endif
#endif
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // at the limit of `ulimit -f` writing fails, as on a full disk
}

Outcome run(int argc, const char* const* argv) {
  try {
    const auto asked = read_command_line({argv + 1, argv + argc});
    const Outcome outcome = asked ? (*asked)() : end_with(asked.error());
    return result_written() || !is_success(outcome) ? outcome : Outcome::error;
  } catch (const std::exception& broken) {
    return end_with({.what = "This is a bug in envlink",
                     .why = broken.what(),
                     .cure = "Please report it. All requests so far are recorded."});
  }
}

}  // namespace

}  // namespace envlink::cli

int main(int argc, char** argv) {
  envlink::cli::occupy_closed_streams();
  envlink::cli::prepare_for_abrupt_ends();
  envlink::cli::harden();
  return envlink::model::exit_code(envlink::cli::run(argc, argv));
}
