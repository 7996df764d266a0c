#pragma once
// What the preflight of a plan, `groups diff` or `lint` found, and every kind of finding, one row each: what
// preflight runs, what a policy of the file may name, what SARIF tells of a rule, and the tables of
// docs/findings.md follow from them.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "model/desired.h"

namespace envlink::plan {

using model::Severity;

struct Finding {
  std::string id;  // that of its kind, see FindingKind
  Severity severity = Severity::error;
  std::string subject;     // "service toolboxai-backend"
  std::string what;        // one sentence
  std::string cure;        // what to do; may be empty
  Place place;             // in envlink.yaml, where it stems from there
  std::string variable{};  // the key that it is about; may be empty
  std::string policy{};    // why the file changed its severity or ignores it; may be empty
  std::string other{};     // "group production": what the subject was compared with; may be empty
  bool operator==(const Finding&) const = default;
};

/// What was found of a file's workspace, as every view tells it.
struct FindingList {
  const std::string& file;
  const std::vector<Finding>& findings;
  const std::vector<Finding>& ignored;  // by the file's policy
};

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
  Check* check = nullptr;             // of the preflight; nullptr: it does not look for it
  std::string_view command{};  // that looks for it and makes no plan; empty: the preflight, or a plan without

  /// Otherwise it is told by a plan that has no preflight.
  bool goes_by_policy() const { return check != nullptr || !command.empty(); }
  bool policy_may_change() const { return goes_by_policy() && !guards; }
};

bool has_error(const std::vector<Finding>& findings);
/// Errors first; equally severe ones by their lines in the file.
void put_in_order(std::vector<Finding>& findings);
/// The cure of a kind as a clause: what a finding of it says to do.
std::string cure_clause(std::string_view id);

std::span<const FindingKind> finding_kinds();
/// nullptr: there is no such kind.
const FindingKind* find_finding_kind(std::string_view id);

/// With the severity of its kind.
Finding make_finding(std::string_view id, std::string subject, std::string what, std::string cure,
                     Place place = {}, std::string variable = {});

}  // namespace envlink::plan
