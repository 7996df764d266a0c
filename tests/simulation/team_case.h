#pragma once
// A team: five machines with one file, one API key and one store, which apply, resume and are killed at any
// time while the store fails. Runs the shipped workflows, the shipped store of a team and the shipped shared
// budget on a database in memory.

#include <cstddef>
#include <cstdint>

namespace envlink::simulation {

struct TeamEnded {
  std::size_t processes = 0;
  std::size_t kills = 0;
  std::size_t requests = 0;
  std::size_t locks = 0;             // taken
  std::size_t taken_from_dead = 0;   // whose holder had been killed
  std::size_t taken_from_alive = 0;  // whose holder could not renew it
  std::size_t late_statements = 0;
  std::size_t failovers = 0;
  std::size_t lost_commits = 0;
  void add(const TeamEnded& other);
};

/// Throws Violation if one of these does not hold:
/// - a write is sent only by the process that holds the lock in the database
/// - all events of a run are in the store before a write of that run is sent
/// - no service is deployed twice, and in the end each is live with its group
/// - a lock ends, or is taken over, within 60 s after its holder died
/// - no request is answered 429
TeamEnded play_team(std::uint64_t seed, bool trace = false);

}  // namespace envlink::simulation
