#include "yaml/mapping_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/mask_keys.h"
#include "base/text.h"

namespace envlink::yaml {
namespace {

constexpr std::size_t longest_name = 200;

/// Why `text` cannot be a name; empty if it can.
std::string flaw_of(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.find_first_of("\n\r\t") != std::string_view::npos || clean(text, text.size()) != text) {
    return "contains a control character";
  }
  if (text.starts_with(' ') || text.ends_with(' ')) return "begins or ends with a space";
  if (text.size() > longest_name) return fmt::format("is longer than {} bytes", longest_name);
  return {};
}

/// `subject` is "`workspace`" or "an entry of `link`".
std::optional<SourceString> check_word(const Node& node, const std::string& subject, std::string_view wanted,
                                       Diagnostics& diagnostics) {
  if (node.broken) return std::nullopt;
  if (!is_text(node)) {
    const bool has_text = node.kind == Kind::scalar && !is_null(node);
    diagnostics.add(
        node, fmt::format("{} must be {}, found {}", subject, wanted, kind_words(node)),
        has_text ? fmt::format("if it is meant as text, quote it: \"{}\"", clean(node.text, 60)) : "");
    return std::nullopt;
  }
  if (const std::string flaw = flaw_of(node.text); !flaw.empty()) {
    diagnostics.add(node, fmt::format("{} {}", subject, flaw));
    return std::nullopt;
  }
  return diagnostics.word(node);
}

/// "" if nothing is near.
std::string near_word(std::string_view word, std::span<const std::string> candidates,
                      const Diagnostics& diagnostics) {
  constexpr std::size_t most_candidates = 2000;
  if (diagnostics.crowded() || candidates.size() > most_candidates) return {};
  return nearest(word, candidates);
}

std::string suggestion(std::string_view near) {
  return fmt::format("did you mean {}?", yaml::quoted(near));
}

/// In days if that is shorter than in hours: "90d".
std::string bound(Duration span) {
  using std::chrono::days;
  const auto whole = std::chrono::floor<days>(span);
  return whole > days(1) && whole == span ? fmt::format("{}d", whole.count()) : format_duration(span);
}

}  // namespace

void Diagnostics::add(const Node& at, std::string what, std::string cure) {
  add(at.place, at.length, std::move(what), std::move(cure));
}

void Diagnostics::add(const Entry& at, std::string what, std::string cure) {
  add(at.place, at.length, std::move(what), std::move(cure));
}

void Diagnostics::add(const SourceString& at, std::string what, std::string cure) {
  const auto found = lengths_.find({at.place.line, at.place.column});
  const int length = found == lengths_.end() ? count_characters(at.text) : found->second;
  add(at.place, length, std::move(what), std::move(cure));
}

void Diagnostics::add(Place place, int length, std::string what, std::string cure) {
  add({place, std::move(what), std::move(cure), length});
}

void Diagnostics::add(Problem problem) {
  if (!full()) problems_.push_back(std::move(problem));
}

void Diagnostics::wrong_kind(const Node& node, std::string_view key, std::string_view wanted,
                             std::string cure) {
  if (node.broken) return;
  add(node, fmt::format("{} must be {}, found {}", yaml::quoted(key), wanted, kind_words(node)),
      std::move(cure));
}

SourceString Diagnostics::word(const Node& node) {
  lengths_[{node.place.line, node.place.column}] = node.length;
  return {node.text, node.place};
}

SourceString Diagnostics::word(const Entry& entry) {
  lengths_[{entry.place.line, entry.place.column}] = entry.length;
  return {entry.key, entry.place};
}

std::vector<Problem> Diagnostics::take() {
  const auto key = [](const Problem& problem) {
    return std::tie(problem.place.line, problem.place.column, problem.what, problem.cure);
  };
  std::ranges::sort(problems_, {}, key);
  const auto repeated = std::ranges::unique(problems_, {}, key);
  problems_.erase(repeated.begin(), repeated.end());
  return std::move(problems_);
}

std::string quoted(std::string_view text) {
  return fmt::format("`{}`", clean(mask_keys(text), 60));
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         const Diagnostics& diagnostics) {
  const std::string near = near_word(word, candidates, diagnostics);
  return near.empty() ? std::string{} : suggestion(near);
}

MappingReader::MappingReader(const Node& node, std::string_view name, Diagnostics& diagnostics)
    : diagnostics_(diagnostics) {
  if (node.kind == Kind::mapping || is_null(node)) {
    if (!node.broken) node_ = &node;
  } else {
    diagnostics.wrong_kind(node, name, "a mapping");
  }
}

const Node* MappingReader::get(std::string_view key) {
  known_.emplace_back(key);
  if (node_ == nullptr) return nullptr;
  const Node* value = node_->find(key);
  return value == nullptr || value->broken ? nullptr : value;
}

void MappingReader::require(std::string_view key, Problem missing) {
  required_.emplace_back(key, std::move(missing));
}

void MappingReader::finish() {
  if (node_ == nullptr) return;
  for (const Entry& entry : node_->entries) {
    if (entry.key.starts_with("x-") || std::ranges::find(known_, entry.key) != known_.end()) continue;
    const std::string near = near_word(entry.key, known_, diagnostics_);
    diagnostics_.add(entry, fmt::format("unknown key {}", yaml::quoted(entry.key)),
                     near.empty() ? fmt::format("known keys: {}", join(known_, ", ")) : suggestion(near));
    if (!near.empty()) meant_.push_back(near);
  }
  for (auto& [key, missing] : required_) {
    if (node_->find(key) == nullptr && !misspells(key)) diagnostics_.add(std::move(missing));
  }
}

bool MappingReader::misspells(std::string_view key) const {
  return node_ != nullptr && node_->find(key) == nullptr && std::ranges::find(meant_, key) != meant_.end();
}

std::optional<SourceString> read_word(const Node& node, std::string_view key, std::string_view wanted,
                                      Diagnostics& diagnostics) {
  return check_word(node, yaml::quoted(key), wanted, diagnostics);
}

std::optional<SourceString> read_name(const Entry& entry, std::string_view wanted, Diagnostics& diagnostics) {
  if (const std::string flaw = flaw_of(entry.key); !flaw.empty()) {
    diagnostics.add(entry, fmt::format("the name of {} {}", wanted, flaw));
    return std::nullopt;
  }
  return diagnostics.word(entry);
}

std::optional<SourceString> read_entry(const Node& item, std::string_view key, Diagnostics& diagnostics) {
  return check_word(item, fmt::format("an entry of {}", yaml::quoted(key)), "text", diagnostics);
}

std::vector<SourceString> read_list(const Node& node, std::string_view key, std::string_view wanted,
                                    Diagnostics& diagnostics) {
  std::vector<SourceString> words;
  if (node.kind != Kind::sequence) {
    diagnostics.wrong_kind(
        node, key, fmt::format("a list of {}", wanted),
        is_text(node) ? fmt::format("write [{}]", clean(mask_keys(node.text), 60)) : std::string{});
    return words;
  }
  std::set<std::string> seen;
  for (const NodePtr& item : node.items) {
    auto word = read_entry(*item, key, diagnostics);
    if (!word) continue;
    if (!seen.insert(word->text).second) {
      diagnostics.add(*item,
                      fmt::format("{} is listed twice in {}", yaml::quoted(word->text), yaml::quoted(key)),
                      "remove one");
      continue;
    }
    words.push_back(std::move(*word));
  }
  return words;
}

std::optional<bool> read_bool(const Node& node, std::string_view key, Diagnostics& diagnostics) {
  const auto value = as_bool(node);
  if (!value) diagnostics.wrong_kind(node, key, "true or false");
  return value;
}

std::optional<int> read_int(const Node& node, std::string_view key, int min, int max,
                            Diagnostics& diagnostics) {
  const auto value = as_integer(node);
  if (!value && !is_number(node)) {
    diagnostics.wrong_kind(node, key, "a whole number");
    return std::nullopt;
  }
  if (!value || *value < min || *value > max) {
    diagnostics.add(node,
                    fmt::format("{} must be a whole number from {} to {}", yaml::quoted(key), min, max));
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::optional<Duration> read_duration(const Node& node, std::string_view key, Duration min, Duration max,
                                      Diagnostics& diagnostics) {
  if (!is_text(node)) {
    diagnostics.wrong_kind(node, key, "a duration with a unit: 500ms, 10s, 5m or 1h");
    return std::nullopt;
  }
  const auto value = parse_duration(node.text);
  if (!value) {
    diagnostics.add(
        node, fmt::format("{} must be a duration, found {}", yaml::quoted(key), yaml::quoted(node.text)),
        "write a number and a unit: 500ms, 10s, 5m or 1h");
  } else if (*value < min || *value > max) {
    diagnostics.add(
        node, fmt::format("{} must be a duration from {} to {}", yaml::quoted(key), bound(min), bound(max)));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<SourceString> read_id(const Node& node, std::string_view key,
                                    std::span<const std::string_view> prefixes, Diagnostics& diagnostics) {
  std::string forms;
  for (const std::string_view prefix : prefixes)
    forms += fmt::format("{}{}…", forms.empty() ? "" : " or ", prefix);
  auto word = read_word(node, key, fmt::format("an id of the form {}", forms), diagnostics);
  if (!word) return word;
  for (const std::string_view prefix : prefixes) {
    if (!word->text.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(word->text).substr(prefix.size());
    if (!rest.empty() &&
        rest.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos) {
      return word;
    }
  }
  diagnostics.add(node, fmt::format("{} must be an id of the form {}, found {}", yaml::quoted(key), forms,
                                    yaml::quoted(node.text)));
  return std::nullopt;
}

std::optional<std::size_t> read_choice_index(const Node& node, std::string_view key,
                                             std::span<const std::string> words, Diagnostics& diagnostics) {
  const std::string wanted = fmt::format("one of {}", join(words, ", "));
  if (!is_text(node)) {
    diagnostics.wrong_kind(node, key, wanted);
    return std::nullopt;
  }
  const auto found = std::ranges::find(words, node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  diagnostics.add(node,
                  fmt::format("{} must be {}, found {}", yaml::quoted(key), wanted, yaml::quoted(node.text)),
                  did_you_mean(node.text, words, diagnostics));
  return std::nullopt;
}

std::optional<MappingReader> read_root(const Node& root, std::string_view or_else, Diagnostics& diagnostics) {
  if (is_null(root)) {
    diagnostics.add({1, 1}, 1, "the file is empty", fmt::format("begin it with `version: 1`{}", or_else));
    return std::nullopt;
  }
  if (root.kind != Kind::mapping) {
    if (!root.broken)
      diagnostics.add(root, fmt::format("the file must be a mapping, found {}", kind_words(root)));
    return std::nullopt;
  }
  MappingReader top(root, "the file", diagnostics);
  top.get("version");
  const Node* version = root.find("version");
  top.require("version", {{1, 1}, "`version` is missing", "begin the file with `version: 1`"});
  if (version == nullptr) return top;
  if (const auto number = as_integer(*version); !number) {
    diagnostics.wrong_kind(*version, "version", "the number 1");
  } else if (*number != 1) {
    diagnostics.add(*version,
                    fmt::format("this version of envlink does not support version {} of the file", *number),
                    "write `version: 1`, or use a newer envlink");
  }
  return top;
}

}  // namespace envlink::yaml
