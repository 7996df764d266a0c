#pragma once
// The problems of a file in a short form for tests.

#include <string>

#include "yaml/problem.h"

namespace envlink::yaml {

/// "line:column what | cure" for each problem; empty if there are none.
template <class Parsed>
std::string told_problems(const Parsed& parsed) {
  if (parsed) return {};
  std::string out;
  for (const Problem& problem : parsed.error()) {
    if (!out.empty()) out += "\n";
    out +=
        std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) + " " + problem.what;
    if (!problem.cure.empty()) out += " | " + problem.cure;
  }
  return out;
}

}  // namespace envlink::yaml
