#pragma once
// The store of runs that a command uses: ENVLINK_STORE, else `store` of the file, else the journal on this
// machine.

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "cli/command.h"
#include "cli/team.h"
#include "journal/journal.h"
#include "postgres/address.h"
#include "run/context.h"

namespace envlink::cli {

/// nullopt: the journal. Of the file, only `store` counts, and it need not exist.
Result<std::optional<postgres::Address>> store_of(const std::string& file);
/// The same for -f, which must exist if it was given.
Result<std::optional<postgres::Address>> store_of(const CommonOptions& options);

/// The workspace that -f or RENDER_WORKSPACE names; may be empty. A file that cannot be read names none.
std::string named_workspace(const CommonOptions& options);

class OpenedStore {
 public:
  /// For `store_of`. Connects to a team's store.
  static Result<OpenedStore> open(Result<std::optional<postgres::Address>> address, Effort effort = {});

  run::Store& runs();
  run::Locks& locks();
  /// nullptr: it is the journal.
  Team* team() { return team_.get(); }
  /// Another machine began the run: its paths mean nothing here.
  bool began_elsewhere(const run::RunSummary& run) const;
  /// "on this machine", "in the team store"
  std::string_view where() const { return team_ ? "in the team store" : "on this machine"; }

 private:
  OpenedStore() = default;

  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Team> team_;
};

}  // namespace envlink::cli
