#pragma once
// Copies what another store has into a team's store: runs with their plans, events and old values, and what
// is known about each workspace. Doing it again copies only what is new; nothing is removed, and
// unfinished runs stay where they are.

#include <string>
#include <vector>

#include "base/error.h"
#include "engine/ports.h"
#include "run/store.h"
#include "team/database.h"
#include "team/team_store.h"

namespace envlink::team {

struct Moved {
  int copied = 0;  // runs
  int there = 0;   // runs that were copied before
  int values = 0;  // old values, sealed with the team's key
  /// What could not be copied; the rest was.
  std::vector<Error> left_out{};
};

/// Fails with ErrorKind::held if a run is in progress in a workspace of either store, and if the team's store
/// fails; then doing it again goes on from there.
Result<Moved> move_runs(run::Store& from, run::Locks& locks, Database& database, TeamStore& to,
                        engine::Clock& clock);

}  // namespace envlink::team
