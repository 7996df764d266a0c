#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "cli/doctor_checks.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/system.h"
#include "journal/directory.h"
#include "journal/journal.h"
#include "view/terminal.h"

namespace envlink::cli {

namespace {

using view::Check;
using view::Health;

Check check_file(const CommonOptions& options) {
  std::vector<yaml::Problem> problems;
  const auto desired = load_file(options.file, &problems);
  const std::string name = clean(options.file);
  if (desired) {
    return {"file", Health::good,
            fmt::format("{}: {}, {}", name, count_of(desired->services.size(), "service"),
                        count_of(desired->groups.size(), "group"))};
  }
  if (desired.error().kind == ErrorKind::no_file)
    return {"file", Health::doubtful, "There is no file " + name, "Write one: envlink init"};
  if (problems.empty())
    return {"file", Health::bad, "It cannot be read: " + name, "Look at the path and its permissions."};
  return {"file", Health::bad, fmt::format("{} has {}", name, count_of(problems.size(), "problem")),
          "See each with its place: envlink validate"};
}

/// Without what may be a password in front of the host.
std::string host_of_proxy(const std::string& proxy) {
  const std::size_t scheme = proxy.find("://");
  const std::string rest = scheme == std::string::npos ? proxy : proxy.substr(scheme + 3);
  const std::size_t user = rest.rfind('@');
  return clean(user == std::string::npos ? rest : rest.substr(user + 1));
}

Check check_proxy() {
  const auto proxy = proxy_in_use();
  if (!proxy) return {"proxy", Health::good, "none is set"};
  std::string says = fmt::format("{} leads through {}", proxy->variable, proxy->host);
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    if (const auto hosts = environment(name))
      return {"proxy", Health::good, fmt::format("{}, but for {} ({})", says, clean(*hosts), name)};
  }
  return {"proxy", Health::good, says};
}

Check check_terminal(const CommonOptions& options) {
  if (!is_terminal(Stream::talk))
    return {"terminal", Health::good,
            "stderr is none: progress is a line per change, and writing needs --yes"};
  const view::Style style = style_for(Stream::talk, options);
  if (!can_paint(Stream::talk)) {
    return {"terminal", Health::good,
            "no live block here (TERM, or CI is set): progress is a line per change"};
  }
  return {"terminal", Health::good,
          fmt::format("{} columns, {}, {}", style.width, style.colour ? "colours" : "no colours",
                      style.unicode ? "UTF-8" : "ASCII, as the locale says")};
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

std::vector<Check> check_runs() {
  const journal::Journal journal;
  if (!journal.exists()) return {{"journal", Health::good, "there is none yet"}};
  if (const auto whole = journal.check(); !whole) return {from_error("journal", whole.error())};
  const auto runs = journal.runs("", 1);
  if (!runs) return {from_error("journal", runs.error())};
  const auto open = run::open_runs(journal, "");
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

Check from_error(const char* id, const Error& error) {
  return {id, Health::bad, error.what + (error.why.empty() ? "" : ": " + error.why), error.cure};
}

std::optional<Proxy> proxy_in_use() {
  // In the order in which libcurl looks for one.
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    if (const auto proxy = environment(name)) return Proxy{name, host_of_proxy(*proxy)};
  }
  return std::nullopt;
}

std::vector<Check> check_local(const CommonOptions& options) {
  return {{"version", Health::good, "envlink " ENVLINK_VERSION},
          check_file(options),
          check_terminal(options),
          check_proxy()};
}

std::vector<Check> check_journal() {
  const auto directory = journal::state_directory();
  if (!directory) return {from_error("state", directory.error())};
  std::vector<Check> checks = {check_folder(*directory)};
  if (checks.front().health == Health::bad) {
    checks.push_back({"journal", Health::not_looked_at, "not looked at: its folder comes first"});
    return checks;
  }
  for (Check& check : check_runs()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace envlink::cli
