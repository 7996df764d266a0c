#include "config/requirements.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "config/dotenv.h"

namespace envlink::config {
namespace {

constexpr std::size_t most_keys = 10'000;

std::string beside(const std::string& file, const std::string& path) {
  const std::size_t slash = file.rfind('/');
  return path.starts_with('/') || slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

/// {PORT: number}
std::optional<model::Requirement> read_shaped(const yaml::Node& item, Report& report) {
  if (item.entries.size() != 1) {
    report.add(item, "an entry of `require` must be a name, or one name with its shape",
               "write KEY, or KEY: url; each in an entry of its own");
    return std::nullopt;
  }
  const yaml::Entry& entry = item.entries.front();
  const auto key = read_name(entry, "a required variable", report);
  if (entry.value->broken) return std::nullopt;
  const std::vector<std::string> words(words_of<model::Shape>.begin(), words_of<model::Shape>.end());
  const auto index = read_choice_index(*entry.value, entry.key, words, report);
  if (!key || !index) return std::nullopt;
  return model::Requirement{*key, static_cast<model::Shape>(*index)};
}

}  // namespace

std::vector<model::Requirement> read_requirements(const yaml::Node& node, Report& report) {
  std::vector<model::Requirement> requirements;
  if (node.kind != yaml::Kind::sequence) {
    const bool mapping = node.kind == yaml::Kind::mapping;
    report.wrong_kind(node, "require", "a list of variable names",
                      yaml::is_text(node) ? fmt::format("write [{}]", clean(node.text, 60))
                      : mapping           ? "write `- KEY: url` instead of `KEY: url`"
                                          : "");
    return requirements;
  }
  std::set<std::string> seen;
  for (const yaml::NodePtr& item : node.items) {
    std::optional<model::Requirement> requirement;
    if (item->kind == yaml::Kind::mapping) {
      if (!item->broken) requirement = read_shaped(*item, report);
    } else if (auto key = read_entry(*item, "require", report)) {
      requirement = model::Requirement{std::move(*key)};
    }
    if (!requirement) continue;
    if (!seen.insert(requirement->key.text).second) {
      report.add(requirement->key, fmt::format("{} stands in `require` twice", quoted(requirement->key.text)),
                 "remove one");
      continue;
    }
    requirements.push_back(std::move(*requirement));
  }
  return requirements;
}

void add_required_from(model::DesiredService& service, const std::string& file, const ReadFile& read,
                       Report& report) {
  const model::SourceString& source = *service.require_from;
  const std::string path = beside(file, source.text);
  const auto text = read(path);
  if (!text) {
    report.add(source,
               fmt::format("`require_from` names {}, which cannot be read: {}", quoted(path),
                           clean(text.error().why)),
               "check the path and its permissions");
    return;
  }
  if (!*text) {
    report.add(source, fmt::format("`require_from` names {}, which is not there", quoted(path)),
               "write a path as seen from the folder of this file");
    return;
  }
  const auto variables = parse_dotenv(**text);
  if (variables.empty()) {
    report.add(source, fmt::format("`require_from` names {}, which holds no variable", quoted(path)),
               "write KEY= on a line of its own for each variable");
    return;
  }
  if (variables.size() > most_keys) {
    report.add(source, fmt::format("`require_from` names {}, which holds more than {} variables",
                                   quoted(path), most_keys));
    return;
  }
  for (const auto& [key, value] : variables) {
    const bool named =
        std::ranges::any_of(service.require, [&](const auto& one) { return one.key.text == key; });
    if (!named) service.require.push_back({{key, source.place}});
  }
}

}  // namespace envlink::config
