#pragma once
// Collects the problems of a file.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/place.h"
#include "yaml/document.h"

namespace envlink::yaml {

class Diagnostics {
 public:
  explicit Diagnostics(std::vector<Problem> problems) : problems_(std::move(problems)) {}

  void add(const Node& at, std::string what, std::string cure = {});
  void add(const Entry& at, std::string what, std::string cure = {});
  void add(const SourceString& at, std::string what, std::string cure = {});
  void add(Place place, int length, std::string what, std::string cure = {});
  /// "`link` must be a list of group names, found a number". Says nothing about a broken node.
  void wrong_kind(const Node& node, std::string_view key, std::string_view wanted, std::string cure = {});

  /// A word of the file; its length is remembered for add().
  SourceString word(const Node& node);
  SourceString word(const Entry& entry);

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

/// Text of the file as a message shows it: cleaned, short, in backticks.
std::string quoted(std::string_view text);
/// "did you mean `x`?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         const Diagnostics& diagnostics);

}  // namespace envlink::yaml
