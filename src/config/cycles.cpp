#include "config/cycles.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace envlink::config {
namespace {

using model::DesiredService;

enum class Mark { unseen, open, done };

struct Step {
  std::size_t service;
  std::size_t next = 0;  // in its `after`
};

std::string spell(const std::vector<DesiredService>& services, std::span<const Step> path) {
  constexpr std::size_t most_names = 12;
  std::vector<std::string> names;
  for (const Step& step : path.first(std::min(path.size(), most_names))) {
    names.push_back(clean(services[step.service].name.text, 60));
  }
  if (path.size() > most_names) names.push_back(fmt::format("({} more)", path.size() - most_names));
  names.push_back(names.front());
  return join(names, " → ");
}

}  // namespace

void report_cycles(const std::vector<DesiredService>& services, Report& report) {
  std::map<std::string_view, std::size_t> index;
  for (std::size_t at = 0; at < services.size(); ++at) index.emplace(services[at].name.text, at);
  std::vector<Mark> marks(services.size(), Mark::unseen);
  // Depth first with a stack of its own: a long chain must not exhaust the program's.
  for (std::size_t first = 0; first < services.size(); ++first) {
    std::vector<Step> path;
    if (marks[first] == Mark::unseen) path.push_back({first});
    while (!path.empty() && !report.full()) {
      Step& step = path.back();
      const auto& after = services[step.service].after;
      marks[step.service] = Mark::open;
      if (step.next == after.size()) {
        marks[step.service] = Mark::done;
        path.pop_back();
        continue;
      }
      const model::SourceString& word = after[step.next++];
      const std::size_t target = index.at(word.text);
      if (marks[target] == Mark::unseen) {
        path.push_back({target});
      } else if (marks[target] == Mark::open) {
        const auto begin = std::ranges::find(path, target, &Step::service);
        report.add(
            word,
            fmt::format("`after` leads back to where it began: {}", spell(services, {begin, path.end()})),
            "remove one of these dependencies");
      }
    }
  }
}

}  // namespace envlink::config
