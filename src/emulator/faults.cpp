#include "emulator/faults.h"

#include <fmt/format.h>

#include <utility>

namespace envlink::emulator {
namespace {

/// Backtracks to the last `*` only: linear in practice, at worst the product of both lengths.
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool applies(const Fault& fault, int seen) {
  if (fault.nth && *fault.nth != seen) return false;
  return !fault.every || (*fault.every > 0 && seen % *fault.every == 0);
}

}  // namespace

Faults::Faults(std::vector<Fault> faults) : faults_(std::move(faults)), seen_(faults_.size(), 0) {}

std::optional<Fault> Faults::next(api::Method method, std::string_view path) {
  std::optional<Fault> found;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (!matches(faults_[i].match, method, path)) continue;
    ++seen_[i];
    if (!found && applies(faults_[i], seen_[i])) found = faults_[i];
  }
  return found;
}

bool matches(std::string_view pattern, api::Method method, std::string_view path) {
  return glob(pattern, fmt::format("{} {}", api::to_string(method), path.substr(0, path.find('?'))));
}

}  // namespace envlink::emulator
