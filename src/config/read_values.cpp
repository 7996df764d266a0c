#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/utf8.h"
#include "config/report.h"

namespace envlink::config {
namespace {

constexpr std::size_t longest_name = 200;

/// Why `text` cannot be a name; empty when it can.
std::string flaw_of(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.find_first_of("\n\r\t") != std::string_view::npos || clean(text, text.size()) != text) {
    return "holds a control character";
  }
  if (text.starts_with(' ') || text.ends_with(' ')) return "begins or ends with a space";
  if (text.size() > longest_name) return fmt::format("is longer than {} bytes", longest_name);
  return {};
}

/// `subject` is "`workspace`" or "an entry of `link`".
std::optional<model::SourceString> check_word(const yaml::Node& node, const std::string& subject,
                                              std::string_view wanted, Report& report) {
  if (node.broken) return std::nullopt;
  if (!yaml::is_text(node)) {
    const bool has_text = node.kind == yaml::Kind::scalar && !yaml::is_null(node);
    report.add(node, fmt::format("{} must be {}, found {}", subject, wanted, yaml::kind_words(node)),
               has_text ? fmt::format("if it is meant as text, quote it: \"{}\"", clean(node.text, 60)) : "");
    return std::nullopt;
  }
  if (const std::string flaw = flaw_of(node.text); !flaw.empty()) {
    report.add(node, fmt::format("{} {}", subject, flaw));
    return std::nullopt;
  }
  return report.word(node);
}

}  // namespace

std::optional<model::SourceString> read_word(const yaml::Node& node, std::string_view key,
                                             std::string_view wanted, Report& report) {
  return check_word(node, quoted(key), wanted, report);
}

std::optional<model::SourceString> read_name(const yaml::Entry& entry, std::string_view wanted,
                                             Report& report) {
  if (const std::string flaw = flaw_of(entry.key); !flaw.empty()) {
    report.add(entry, fmt::format("the name of {} {}", wanted, flaw));
    return std::nullopt;
  }
  return report.word(entry);
}

std::optional<model::SourceString> read_entry(const yaml::Node& item, std::string_view key, Report& report) {
  return check_word(item, fmt::format("an entry of {}", quoted(key)), "text", report);
}

std::vector<model::SourceString> read_list(const yaml::Node& node, std::string_view key,
                                           std::string_view wanted, Report& report) {
  std::vector<model::SourceString> words;
  if (node.kind != yaml::Kind::sequence) {
    report.wrong_kind(node, key, fmt::format("a list of {}", wanted),
                      yaml::is_text(node) ? fmt::format("write [{}]", clean(node.text, 60)) : std::string{});
    return words;
  }
  std::set<std::string> seen;
  for (const yaml::NodePtr& item : node.items) {
    auto word = read_entry(*item, key, report);
    if (!word) continue;
    if (!seen.insert(word->text).second) {
      report.add(*item, fmt::format("{} stands in {} twice", quoted(word->text), quoted(key)), "remove one");
      continue;
    }
    words.push_back(std::move(*word));
  }
  return words;
}

std::optional<bool> read_bool(const yaml::Node& node, std::string_view key, Report& report) {
  const auto value = yaml::as_bool(node);
  if (!value) report.wrong_kind(node, key, "true or false");
  return value;
}

std::optional<int> read_int(const yaml::Node& node, std::string_view key, int min, int max, Report& report) {
  const auto value = yaml::as_integer(node);
  if (!value && !yaml::is_number(node)) {
    report.wrong_kind(node, key, "a whole number");
    return std::nullopt;
  }
  if (!value || *value < min || *value > max) {
    report.add(node, fmt::format("{} must be a whole number from {} to {}", quoted(key), min, max));
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::optional<Duration> read_duration(const yaml::Node& node, std::string_view key, Duration min,
                                      Duration max, Report& report) {
  if (!yaml::is_text(node)) {
    report.wrong_kind(node, key, "a duration with a unit: 500ms, 10s, 5m or 1h");
    return std::nullopt;
  }
  const auto value = parse_duration(node.text);
  if (!value) {
    report.add(node, fmt::format("{} must be a duration, found {}", quoted(key), quoted(node.text)),
               "write a number and a unit: 500ms, 10s, 5m or 1h");
  } else if (*value < min || *value > max) {
    report.add(node, fmt::format("{} must be a duration from {} to {}", quoted(key), format_duration(min),
                                 format_duration(max)));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<model::SourceString> read_id(const yaml::Node& node, std::string_view key,
                                           std::span<const std::string_view> prefixes, Report& report) {
  std::string forms;
  for (const std::string_view prefix : prefixes)
    forms += fmt::format("{}{}…", forms.empty() ? "" : " or ", prefix);
  auto word = read_word(node, key, fmt::format("an id of the form {}", forms), report);
  if (!word) return word;
  for (const std::string_view prefix : prefixes) {
    if (!word->text.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(word->text).substr(prefix.size());
    if (!rest.empty() &&
        rest.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos) {
      return word;
    }
  }
  report.add(node,
             fmt::format("{} must be an id of the form {}, found {}", quoted(key), forms, quoted(node.text)));
  return std::nullopt;
}

std::optional<std::size_t> read_choice_index(const yaml::Node& node, std::string_view key,
                                             std::span<const std::string> words, Report& report) {
  const std::string wanted = fmt::format("one of {}", join(words, ", "));
  if (!yaml::is_text(node)) {
    report.wrong_kind(node, key, wanted);
    return std::nullopt;
  }
  const auto found = std::ranges::find(words, node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  report.add(node, fmt::format("{} must be {}, found {}", quoted(key), wanted, quoted(node.text)),
             did_you_mean(node.text, words, report));
  return std::nullopt;
}

void read_version(const yaml::Node& root, Report& report) {
  const yaml::Node* version = root.find("version");
  if (version == nullptr) {
    report.add({1, 1}, 1, "`version` is missing", "begin the file with `version: 1`");
  } else if (const auto number = yaml::as_integer(*version); !number) {
    report.wrong_kind(*version, "version", "the number 1");
  } else if (*number != 1) {
    report.add(*version, fmt::format("version {} of the file is not known to this envlink", *number),
               "write `version: 1`, or use a newer envlink");
  }
}

}  // namespace envlink::config
