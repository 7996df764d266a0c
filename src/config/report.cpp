#include "config/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "config/lines.h"

namespace envlink::config {

void Report::add(const yaml::Node& at, std::string what, std::string cure) {
  add(at.place, at.length, std::move(what), std::move(cure));
}

void Report::add(const yaml::Entry& at, std::string what, std::string cure) {
  add(at.place, at.length, std::move(what), std::move(cure));
}

void Report::add(const model::SourceString& at, std::string what, std::string cure) {
  const auto found = lengths_.find({at.place.line, at.place.column});
  const int length = found == lengths_.end() ? count_characters(at.text) : found->second;
  add(at.place, length, std::move(what), std::move(cure));
}

void Report::add(Place place, int length, std::string what, std::string cure) {
  if (full()) return;
  problems_.push_back({place, std::move(what), std::move(cure), length});
}

void Report::wrong_kind(const yaml::Node& node, std::string_view key, std::string_view wanted,
                        std::string cure) {
  if (node.broken) return;
  add(node, fmt::format("{} must be {}, found {}", quoted(key), wanted, yaml::kind_words(node)),
      std::move(cure));
}

model::SourceString Report::word(const yaml::Node& node) {
  lengths_[{node.place.line, node.place.column}] = node.length;
  return {node.text, node.place};
}

model::SourceString Report::word(const yaml::Entry& entry) {
  lengths_[{entry.place.line, entry.place.column}] = entry.length;
  return {entry.key, entry.place};
}

std::vector<Problem> Report::take() {
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
                         const Report& report) {
  constexpr std::size_t most_candidates = 2000;
  if (report.crowded() || candidates.size() > most_candidates) return {};
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string{} : fmt::format("did you mean {}?", quoted(near));
}

Section::Section(const yaml::Node& node, std::string_view name, Report& report) : report_(report) {
  if (node.kind == yaml::Kind::mapping || yaml::is_null(node)) {
    if (!node.broken) node_ = &node;
  } else {
    report.wrong_kind(node, name, "a mapping");
  }
}

const yaml::Node* Section::get(std::string_view key) {
  known_.emplace_back(key);
  if (node_ == nullptr) return nullptr;
  const yaml::Node* value = node_->find(key);
  return value == nullptr || value->broken ? nullptr : value;
}

void Section::finish() {
  if (node_ == nullptr) return;
  for (const yaml::Entry& entry : node_->entries) {
    if (entry.key.starts_with("x-") || std::ranges::find(known_, entry.key) != known_.end()) continue;
    std::string cure = did_you_mean(entry.key, known_, report_);
    if (cure.empty()) cure = fmt::format("known here: {}", join(known_, ", "));
    report_.add(entry, fmt::format("unknown key {}", quoted(entry.key)), std::move(cure));
  }
}

}  // namespace envlink::config
