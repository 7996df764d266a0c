#include <fmt/format.h>

#include "base/text.h"
#include "cli/doctor_checks.h"
#include "cli/environment.h"
#include "cli/output.h"
#include "cli/session.h"
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

}  // namespace

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

}  // namespace envlink::cli
