#pragma once
// Every kind of finding, one row each: what preflight runs, what a policy of the file may name, what SARIF
// tells of a rule, and the tables of docs/findings.md follow from the rows.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/finding.h"

namespace envlink::plan {

struct PreflightInput;
/// Looks for one or several kinds of finding, and adds what it found.
using Check = void(const PreflightInput& in, std::vector<Finding>& findings);

struct FindingKind {
  std::string_view id;                // stable, kebab-case
  Severity severity;                  // the higher one where it depends
  std::optional<Severity> or_only{};  // the lower one
  bool guards = false;                // keeps a write from reaching what was not meant: no policy lowers it
  std::string_view title;             // a few words
  std::string_view looks_for;         // a sentence
  std::string_view cure;              // a sentence
  Check* check = nullptr;             // nullptr: told by a plan that has no preflight and goes by no policy

  bool policy_may_change() const { return check != nullptr && !guards; }
};

std::span<const FindingKind> finding_kinds();
/// nullptr: there is no such kind.
const FindingKind* find_finding_kind(std::string_view id);

/// With the severity of its kind.
Finding make_finding(std::string_view id, std::string subject, std::string what, std::string cure,
                     Place place = {}, std::string variable = {});

}  // namespace envlink::plan
