#pragma once
// Collects the problems of a file, and reads single values with the checks that every key shares.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "config/problem.h"
#include "config/yaml.h"
#include "model/desired.h"

namespace envlink::config {

class Report {
 public:
  explicit Report(std::vector<Problem> problems) : problems_(std::move(problems)) {}

  void add(const yaml::Node& at, std::string what, std::string cure = {});
  void add(const yaml::Entry& at, std::string what, std::string cure = {});
  void add(const model::SourceString& at, std::string what, std::string cure = {});
  void add(Place place, int length, std::string what, std::string cure = {});
  /// "`link` must be a list of group names, found a number". Says nothing about a broken node.
  void wrong_kind(const yaml::Node& node, std::string_view key, std::string_view wanted,
                  std::string cure = {});

  /// A word of the file; its length is remembered for add().
  model::SourceString word(const yaml::Node& node);
  model::SourceString word(const yaml::Entry& entry);

  bool empty() const { return problems_.empty(); }
  /// Past this many nobody reads on.
  bool full() const { return problems_.size() >= 1000; }
  /// Past this many, a search for near names would only take time.
  bool crowded() const { return problems_.size() >= 100; }
  /// Sorted by place, each once.
  std::vector<Problem> take();

 private:
  std::vector<Problem> problems_;
  std::map<std::pair<int, int>, int> lengths_;
};

/// A name, id or word: non-empty text of at most 200 characters without control characters.
std::optional<model::SourceString> read_word(const yaml::Node& node, std::string_view key,
                                             std::string_view wanted, Report& report);
/// The same for a key that is a name.
std::optional<model::SourceString> read_name(const yaml::Entry& entry, std::string_view wanted,
                                             Report& report);
/// An entry of the list `key`, which must be text.
std::optional<model::SourceString> read_entry(const yaml::Node& item, std::string_view key, Report& report);
/// `wanted` is "group names"; each entry once.
std::vector<model::SourceString> read_list(const yaml::Node& node, std::string_view key,
                                           std::string_view wanted, Report& report);
std::optional<bool> read_bool(const yaml::Node& node, std::string_view key, Report& report);
std::optional<int> read_int(const yaml::Node& node, std::string_view key, int min, int max, Report& report);
std::optional<Duration> read_duration(const yaml::Node& node, std::string_view key, Duration min,
                                      Duration max, Report& report);
/// An id of one of the forms, "evg-" and at least one of [0-9a-z-].
std::optional<model::SourceString> read_id(const yaml::Node& node, std::string_view key,
                                           std::span<const std::string_view> prefixes, Report& report);
/// The index of the word among the allowed ones.
std::optional<std::size_t> read_choice_index(const yaml::Node& node, std::string_view key,
                                             std::span<const std::string> words, Report& report);
/// `version: 1`, which both files begin with.
void read_version(const yaml::Node& root, Report& report);

template <class Enum>
using Choices = std::vector<std::pair<std::string, Enum>>;

template <class Enum>
void read_choice(const yaml::Node* node, std::string_view key, const Choices<Enum>& choices, Enum& into,
                 Report& report) {
  if (node == nullptr) return;
  std::vector<std::string> words;
  for (const auto& choice : choices) words.push_back(choice.first);
  if (const auto index = read_choice_index(*node, key, words, report)) into = choices[*index].second;
}

/// Text of the file as a message shows it: cleaned, short, in backticks.
std::string quoted(std::string_view text);
/// "did you mean `x`?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         const Report& report);

/// A mapping whose keys are known: what was not asked for by finish() is refused, `x-…` apart.
class Section {
 public:
  /// `name` is the key that holds it, or what a message may call it. Nothing (null) counts as an empty one.
  Section(const yaml::Node& node, std::string_view name, Report& report);
  bool readable() const { return node_ != nullptr; }
  /// The value, or nullptr when the key is not there or its value is broken.
  const yaml::Node* get(std::string_view key);
  void finish();

 private:
  const yaml::Node* node_ = nullptr;
  Report& report_;
  std::vector<std::string> known_;
};

}  // namespace envlink::config
