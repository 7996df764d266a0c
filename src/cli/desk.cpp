#include "cli/desk.h"

#include <chrono>
#include <thread>

#include "cli/output.h"

namespace envlink::cli {

namespace {

constexpr std::chrono::milliseconds between_tries{200};

}  // namespace

Result<journal::Journal> open_journal() {
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  return journal::Journal::open(*directory);
}

Result<Desk> sit_down(const std::string& workspace, engine::Clock& clock, const CommonOptions& options) {
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  auto journal = journal::Journal::open(*directory);
  if (!journal) return fail(journal.error());
  const Time until = clock.now() + options.lock_wait;
  bool waited = false;
  while (true) {
    auto lock = journal::Lock::take(*directory, workspace, clock.now());
    if (lock) return Desk{std::move(*journal), std::move(*lock), waited};
    if (lock.error().kind != ErrorKind::held) return fail(lock.error());
    if (clock.now() >= until) {
      if (!waited) lock.error().cure += "\nTo wait for it here: --lock-wait 10m";
      return fail(lock.error());
    }
    if (!waited && !options.quiet) {
      write(Stream::talk, lock.error().what + ": " + lock.error().why);
      write(Stream::talk, "Waiting for it to end, at most " + format_duration(options.lock_wait) + ".");
    }
    waited = true;
    std::this_thread::sleep_for(between_tries);
  }
}

}  // namespace envlink::cli
