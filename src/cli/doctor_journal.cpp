#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "cli/doctor_checks.h"
#include "cli/files.h"
#include "cli/run_store.h"

namespace envlink::cli {

namespace {

using view::Check;
using view::Health;

Check from_error(const char* id, const Error& error) {
  return {id, Health::bad, error.what + (error.why.empty() ? "" : ": " + error.why), error.cure};
}

/// The folder itself, or the nearest above it that is there.
std::string nearest_there(std::string path) {
  while (path.size() > 1 && access(path.c_str(), F_OK) != 0)
    path = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
  return path;
}

Check check_folder(const std::string& directory) {
  const std::string shown = clean(directory);
  const std::string there = nearest_there(directory);
  struct stat found{};
  if (stat(there.c_str(), &found) != 0)
    return {"state", Health::bad,
            fmt::format("{} cannot be looked at: {}", clean(there), std::strerror(errno)),
            "Look at the permissions of the folders above it, or set XDG_STATE_HOME."};
  if (!S_ISDIR(found.st_mode))
    return {"state", Health::bad, fmt::format("{} is no folder, so the journal has no place", clean(there)),
            "Move that file away, or set XDG_STATE_HOME to another folder."};
  if (access(there.c_str(), W_OK | X_OK) != 0)
    return {"state", Health::bad, fmt::format("{} cannot be written: {}", clean(there), std::strerror(errno)),
            "Change its owner or its rights, or set XDG_STATE_HOME to a folder of yours."};
  if (there != directory)
    return {"state", Health::good, shown + " is not there yet; the first apply makes it"};
  if ((found.st_mode & 0077U) != 0)
    return {"state", Health::doubtful,
            fmt::format("{} is open to other users (mode {:o})", shown, found.st_mode & 0777U),
            fmt::format("Close it: chmod 700 {}", shown)};
  return {"state", Health::good, shown + ", for you alone"};
}

std::vector<Check> check_runs(const std::string& directory) {
  const std::string file = directory + "/journal.db";
  if (!is_there(file)) return {{"journal", Health::good, "there is none yet"}};
  const auto journal = journal::Journal::open(directory);
  if (!journal) return {from_error("journal", journal.error())};
  if (const auto whole = journal->check(); !whole) return {from_error("journal", whole.error())};
  const auto runs = journal->runs("", 1);
  if (!runs) return {from_error("journal", runs.error())};
  const auto open = run::open_runs(RunStore{}, "");
  if (!open) return {from_error("journal", open.error())};
  const std::string newest = runs->empty() ? "whole, without a run"
                                           : fmt::format("whole; the newest run is {}", runs->front().number);
  std::vector<Check> checks = {{"journal", Health::good, newest}};
  if (!open->empty()) {
    const std::int64_t run = open->front();
    checks.push_back(
        {"runs", Health::doubtful, fmt::format("Run {} was broken off, or is at work now", run),
         fmt::format("Go on with it: envlink resume {}. Or undo it: envlink rollback {}", run, run)});
  }
  return checks;
}

}  // namespace

std::vector<Check> check_journal() {
  const auto directory = journal::state_directory();
  if (!directory) return {from_error("state", directory.error())};
  std::vector<Check> checks = {check_folder(*directory)};
  if (checks.front().health == Health::bad) {
    checks.push_back({"journal", Health::not_looked_at, "not looked at: its folder comes first"});
    return checks;
  }
  for (Check& check : check_runs(*directory)) checks.push_back(std::move(check));
  return checks;
}

}  // namespace envlink::cli
