#pragma once
// Reads the values of a file with the checks that all keys share, and collects what is wrong as problems.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/place.h"
#include "base/time.h"
#include "base/words.h"
#include "yaml/document.h"

namespace envlink::yaml {

class Diagnostics {
 public:
  explicit Diagnostics(std::vector<Problem> problems) : problems_(std::move(problems)) {}

  void add(const Node& at, std::string what, std::string cure = {});
  void add(const Entry& at, std::string what, std::string cure = {});
  void add(const SourceString& at, std::string what, std::string cure = {});
  void add(Place place, int length, std::string what, std::string cure = {});
  void add(Problem problem);
  /// "`link` must be a list of group names, found a number". Ignores a broken node.
  void wrong_kind(const Node& node, std::string_view key, std::string_view wanted, std::string cure = {});

  /// A word of the file. Its length is stored for add().
  SourceString word(const Node& node);
  SourceString word(const Entry& entry);

  bool empty() const { return problems_.empty(); }
  /// More problems than anyone would read.
  bool full() const { return problems_.size() >= 1000; }
  /// With more than this many, searching for near names only takes time.
  bool crowded() const { return problems_.size() >= 100; }
  /// Sorted by place, each once.
  std::vector<Problem> take();

 private:
  std::vector<Problem> problems_;
  std::map<std::pair<int, int>, int> lengths_;
};

/// Text from the file as messages show it: cleaned, shortened, in backticks.
/// With its namespace also inside of it: a std::string finds std::quoted too.
std::string quoted(std::string_view text);
/// "did you mean `x`?", or "" if nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         const Diagnostics& diagnostics);

/// A mapping with known keys: finish() refuses keys that were never read, except `x-…`.
class MappingReader {
 public:
  /// `name` is its key, or a description for messages. Null counts as an empty mapping.
  MappingReader(const Node& node, std::string_view name, Diagnostics& diagnostics);
  bool readable() const { return node_ != nullptr; }
  /// The value, or nullptr if the key is missing or its value is broken.
  const Node* get(std::string_view key);
  /// Reads the value with one of the functions below; `wanted` are its further arguments. False if there is a
  /// value and it is invalid.
  template <class Value, class Read, class... Wanted>
  bool read(std::string_view key, Value& into, Read reader, const Wanted&... wanted) {
    const Node* node = get(key);
    if (node == nullptr) return true;
    auto value = reader(*node, key, wanted..., diagnostics_);
    if (value) into = std::move(*value);
    return value.has_value();
  }
  /// finish() adds `missing` if the mapping lacks the key, unless misspells(key).
  void require(std::string_view key, Problem missing);
  void finish();
  /// The mapping lacks the key, and an unknown one probably means it. Valid after finish().
  bool misspells(std::string_view key) const;

 private:
  const Node* node_ = nullptr;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, Problem>> required_;
  std::vector<std::string> meant_;  // known keys that unknown ones resemble
};

/// A name, id or word: non-empty text of at most 200 characters without control characters.
std::optional<SourceString> read_word(const Node& node, std::string_view key, std::string_view wanted,
                                      Diagnostics& diagnostics);
/// The same for a key that is used as a name.
std::optional<SourceString> read_name(const Entry& entry, std::string_view wanted, Diagnostics& diagnostics);
/// An entry of the list `key`; must be text.
std::optional<SourceString> read_entry(const Node& item, std::string_view key, Diagnostics& diagnostics);
/// `wanted`: "group names". Refuses repeated entries.
std::vector<SourceString> read_list(const Node& node, std::string_view key, std::string_view wanted,
                                    Diagnostics& diagnostics);
std::optional<bool> read_bool(const Node& node, std::string_view key, Diagnostics& diagnostics);
std::optional<int> read_int(const Node& node, std::string_view key, int min, int max,
                            Diagnostics& diagnostics);
std::optional<Duration> read_duration(const Node& node, std::string_view key, Duration min, Duration max,
                                      Diagnostics& diagnostics);
/// An id with one of the prefixes: "evg-" and at least one of [0-9a-z-].
std::optional<SourceString> read_id(const Node& node, std::string_view key,
                                    std::span<const std::string_view> prefixes, Diagnostics& diagnostics);
/// The index of the word among the allowed ones.
std::optional<std::size_t> read_choice_index(const Node& node, std::string_view key,
                                             std::span<const std::string> words, Diagnostics& diagnostics);
/// The word of one of these values.
template <HasWords Enum>
std::optional<Enum> read_one_of(const Node& node, std::string_view key, std::span<const Enum> values,
                                Diagnostics& diagnostics) {
  std::vector<std::string> words;
  for (const Enum value : values) words.emplace_back(word(value));
  const auto index = read_choice_index(node, key, words, diagnostics);
  return index ? std::optional(values[*index]) : std::nullopt;
}
/// One of the words of an enumeration.
template <HasWords Enum>
std::optional<Enum> read_enum(const Node& node, std::string_view key, Diagnostics& diagnostics) {
  const std::vector<std::string> words(words_of<Enum>.begin(), words_of<Enum>.end());
  const auto index = read_choice_index(node, key, words, diagnostics);
  return index ? std::optional(static_cast<Enum>(*index)) : std::nullopt;
}
/// The keys of a whole file, after reading `version: 1`. nullopt if that failed, which is reported.
/// `or_else`: another cure for an empty file.
std::optional<MappingReader> read_root(const Node& root, std::string_view or_else, Diagnostics& diagnostics);

}  // namespace envlink::yaml
