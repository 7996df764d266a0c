// simulate [--from SEED] [--count SCHEDULES] [--jobs N]: random schedules of rollouts against the model of
// the API, in virtual time. A seed is a case, played in 17 variants. A violation prints its seed, its
// variant and the command that replays it: simulate --from SEED --variant N. simulate --every-way plays all
// schedules of some small cases and prints their numbers. simulate --team plays schedules of five machines on
// one store instead; its replay is simulate --team --from SEED --count 1 --trace.

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "every_way.h"
#include "seeded_case.h"
#include "team_case.h"

namespace envlink::simulation {
namespace {

struct Range {
  std::uint64_t from = 1;
  std::uint64_t count = 1000;  // schedules
  std::uint64_t seeds() const { return (count + variants_of_a_case - 1) / variants_of_a_case; }
  /// The number of variants to play: all of them, except perhaps for the last seed.
  unsigned variants_of(std::uint64_t seed) const {
    const std::uint64_t left = count - (seed - from) * variants_of_a_case;
    return static_cast<unsigned>(std::min<std::uint64_t>(left, variants_of_a_case));
  }
};

struct Tally {
  std::map<model::Outcome, std::size_t> outcomes;
  std::size_t schedules = 0;
  std::size_t requests = 0;
  std::size_t processes = 0;
  std::size_t kills = 0;
  std::size_t calm = 0;
  Judgements judgements;
  std::uint64_t bad_seed = 0;
  std::string violation;  // the message and the command that replays it

  void add(const Ended& ended) {
    ++schedules;
    requests += ended.requests;
    processes += static_cast<std::size_t>(ended.processes);
    kills += static_cast<std::size_t>(ended.kills);
    calm += ended.calm;
    judgements.add(ended.judgements);
    if (ended.outcome) ++outcomes[*ended.outcome];
  }
  void add(const Tally& other) {
    for (const auto& [outcome, times] : other.outcomes) outcomes[outcome] += times;
    schedules += other.schedules;
    requests += other.requests;
    processes += other.processes;
    kills += other.kills;
    calm += other.calm;
    judgements.add(other.judgements);
    const bool first = violation.empty() || other.bad_seed < bad_seed;
    if (other.violation.empty() || !first) return;
    bad_seed = other.bad_seed;
    violation = other.violation;
  }
};

/// The violation; empty: none.
std::string play(SeededCase& one, std::uint64_t seed, unsigned variant, bool trace, Tally& tally) {
  try {
    tally.add(one.play(variant, trace));
    return {};
  } catch (const std::exception& violation) {
    return fmt::format("seed {}, variant {}: {}\nreplay: simulate --from {} --variant {} --trace\n", seed,
                       variant, violation.what(), seed, variant);
  }
}

/// Plays every `step`th seed from `first` on, until one of them or an earlier one of another thread is bad.
void play_share(const Range& range, std::uint64_t first, std::uint64_t step, bool trace,
                std::atomic<std::uint64_t>& bad, Tally& tally) {
  for (std::uint64_t i = first; i < range.seeds() && i < bad.load(); i += step) {
    const std::uint64_t seed = range.from + i;
    SeededCase one(seed);
    for (unsigned variant = 0; variant < range.variants_of(seed); ++variant) {
      tally.violation = play(one, seed, variant, trace, tally);
      if (tally.violation.empty()) continue;
      tally.bad_seed = seed;
      std::uint64_t before = bad.load();
      while (i < before && !bad.compare_exchange_weak(before, i)) {
      }
      return;
    }
  }
}

int simulate(const Range& range, unsigned jobs, bool trace) {
  std::atomic<std::uint64_t> bad = range.seeds();
  std::vector<Tally> shares(jobs);
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (unsigned job = 1; job < jobs; ++job) {
    threads.emplace_back([&, job] { play_share(range, job, jobs, trace, bad, shares[job]); });
  }
  play_share(range, 0, jobs, trace, bad, shares[0]);
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  Tally all;
  for (const Tally& share : shares) all.add(share);
  if (!all.violation.empty()) {
    fmt::print("{}", all.violation);
    return 1;
  }
  const double rate = static_cast<double>(all.schedules) / seconds;
  fmt::print("{} schedules, seeds {} to {}, no violation; {:.0f} a second", all.schedules, range.from,
             range.from + range.seeds() - 1, rate);
  if (jobs > 1) fmt::print(", {:.0f} on each of {} cores", rate / jobs, jobs);
  fmt::print("; {} requests, {} processes, {} kills\n", all.requests, all.processes, all.kills);
  for (const auto& [outcome, times] : all.outcomes) fmt::print("  {}: {}\n", to_string(outcome), times);
  fmt::print("services were called");
  for (std::size_t i = 0; i < all.judgements.said.size(); ++i)
    fmt::print("{} {} {}", i == 0 ? "" : ",", plan::to_string(static_cast<plan::Freshness>(i)),
               all.judgements.said[i]);
  fmt::print("; {} live that nobody could know better; {} calm cases\n", all.judgements.not_knowable,
             all.calm);
  return 0;
}

int simulate_team(const Range& range, unsigned jobs, bool trace) {
  std::atomic<std::uint64_t> next = range.from;
  const std::uint64_t end = range.from + range.count;
  std::mutex mutex;
  TeamEnded all;
  std::map<std::uint64_t, std::string> violations;
  const auto play_some = [&] {
    for (std::uint64_t seed = next++; seed < end; seed = next++) {
      TeamEnded ended;
      std::string violation;
      try {
        ended = play_team(seed, trace);
      } catch (const std::exception& failed) {
        violation = failed.what();
      }
      const std::scoped_lock lock(mutex);
      all.add(ended);
      if (violation.empty()) continue;
      violations.emplace(seed, violation);
      next = end;
    }
  };
  std::vector<std::thread> threads;
  for (unsigned job = 1; job < jobs; ++job) threads.emplace_back(play_some);
  play_some();
  for (std::thread& thread : threads) thread.join();
  if (!violations.empty()) {
    const auto& [seed, violation] = *violations.begin();
    fmt::print("team, seed {}: {}\nreplay: simulate --team --from {} --count 1 --trace\n", seed, violation,
               seed);
    return 1;
  }
  fmt::print(
      "{} schedules of five machines on one store, no violation; {} requests, {} processes, {} kills\n"
      "  locks taken: {}, of them {} from killed holders and {} from holders that could not renew\n"
      "  late statements: {}; failovers: {}, which lost {} commits\n",
      range.count, all.requests, all.processes, all.kills, all.locks, all.taken_from_dead,
      all.taken_from_alive, all.late_statements, all.failovers, all.lost_commits);
  return 0;
}

int replay(std::uint64_t seed, unsigned variant, bool trace) {
  SeededCase one(seed);
  Tally tally;
  const std::string violation = play(one, seed, variant, trace, tally);
  if (violation.empty()) {
    fmt::print("seed {}, variant {}: no violation\n", seed, variant);
    return 0;
  }
  fmt::print("{}", violation);
  return 1;
}

}  // namespace
}  // namespace envlink::simulation

int main(int argc, char** argv) {
  using namespace envlink::simulation;
  Range range;
  std::optional<unsigned> variant;
  unsigned jobs = 1;
  bool trace = false;
  bool team = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (word == "--every-way") return play_every_way();
    if (word == "--trace") trace = true;
    if (word == "--team") team = true;
    if (word == "--from") range.from = number();
    if (word == "--count") range.count = number();
    if (word == "--variant") variant = static_cast<unsigned>(number());
    if (word == "--jobs") jobs = std::max(1U, static_cast<unsigned>(number()));
  }
  if (team) return simulate_team(range, jobs, trace);
  return variant ? replay(range.from, *variant, trace) : simulate(range, jobs, trace);
}
