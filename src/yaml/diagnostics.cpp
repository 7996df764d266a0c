#include "yaml/mapping_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "yaml/line_index.h"

namespace envlink::yaml {

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
  if (full()) return;
  problems_.push_back({place, std::move(what), std::move(cure), length});
}

void Diagnostics::wrong_kind(const Node& node, std::string_view key, std::string_view wanted,
                             std::string cure) {
  if (node.broken) return;
  add(node, fmt::format("{} must be {}, found {}", quoted(key), wanted, kind_words(node)), std::move(cure));
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
  return fmt::format("`{}`", clean(text, 60));
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         const Diagnostics& diagnostics) {
  constexpr std::size_t most_candidates = 2000;
  if (diagnostics.crowded() || candidates.size() > most_candidates) return {};
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string{} : fmt::format("did you mean {}?", quoted(near));
}

}  // namespace envlink::yaml
