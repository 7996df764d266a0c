#pragma once
// A run as the journal has it, and which of them is unfinished.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/progress.h"
#include "journal/journal.h"
#include "plan/plan.h"

namespace envlink::cli {

struct StoredRun {
  journal::RunSummary summary;
  plan::Plan plan;
  std::vector<engine::Event> events;
  engine::Progress progress;  // what the events tell

  std::int64_t number() const { return summary.number; }
  /// Never came to its end, so the outcome of a request may be unknown: killed, or the machine went down.
  bool broken_off() const { return !summary.ended; }
  /// When it came to its end, or was last heard of where it did not. A rollback of it comes later.
  Time left_off() const;
};

Result<StoredRun> load_run(const journal::Journal& journal, std::int64_t number);

/// The numbers of the runs that never came to their end, the newest first.
Result<std::vector<std::int64_t>> broken_off_runs(const journal::Journal& journal,
                                                  const std::string& workspace);

/// The newest run that something is left of. `workspace`: an owner's id, or empty for any.
Result<std::optional<StoredRun>> unfinished_run(const journal::Journal& journal,
                                                const std::string& workspace);

/// "Run 7 on toolboxai is unfinished: …": what it had done, in a few lines.
std::string account_of(const StoredRun& run);

/// What can be done about it, a line each: a rollback is not undone.
std::string ways_out(const StoredRun& run);

/// For commands that only read: says on stderr that a run of this workspace is unfinished, if one is.
void tell_unfinished(const OwnerId& workspace);

}  // namespace envlink::cli
