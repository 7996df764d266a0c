#pragma once
// Every kind of finding that the preflight knows, by its stable id. docs/findings.md explains each.

#include <span>
#include <string_view>

#include "base/words.h"

namespace envlink::model {

enum class Severity { note, warning, error };
constexpr auto words(Severity) {
  return std::to_array<std::string_view>({"note", "warning", "error"});
}
constexpr std::string_view to_string(Severity severity) {
  return word(severity);
}

struct FindingKind {
  std::string_view id;  // kebab-case
  bool guards = false;  // keeps a write from reaching what was not meant: no policy lowers it
};

std::span<const FindingKind> finding_kinds();
/// nullptr: there is no such kind.
const FindingKind* find_finding_kind(std::string_view id);

}  // namespace envlink::model
