#pragma once
// What the preflight of a plan, `groups diff` or `lint` found, and the table of all kinds of finding.
// Preflight checks, policies, SARIF rules and the tables of docs/findings.md are derived from that table.

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
  std::string id;  // of its FindingKind
  Severity severity = Severity::error;
  std::string subject;     // "service toolboxai-backend"
  std::string what;        // one sentence
  std::string cure;        // what to do; may be empty
  Place place;             // in envlink.yaml, if the file caused it
  std::string variable{};  // the key concerned; may be empty
  std::string policy{};    // why the file's policy changed its severity or ignores it; may be empty
  std::string other{};     // "group production": what the subject was compared with; may be empty
  bool operator==(const Finding&) const = default;
};

/// All findings of a command.
struct FindingList {
  const std::string& file;
  const std::vector<Finding>& findings;
  const std::vector<Finding>& ignored;  // by the file's policy
};

struct PreflightInput;
/// Checks for one or more kinds of finding, and adds those it found.
using Check = void(const PreflightInput& in, std::vector<Finding>& findings);

struct FindingKind {
  std::string_view id;                // stable, kebab-case
  Severity severity;                  // the higher one, if it varies
  std::optional<Severity> or_only{};  // the lower one, if it varies
  bool guards = false;                // protects from writing to the wrong place; a policy cannot change it
  std::string_view title;
  std::string_view looks_for;  // a sentence
  std::string_view cure;       // a sentence
  Check* check = nullptr;      // the preflight check; nullptr: the preflight does not check this
  std::string_view command{};  // checks this without a plan; empty: no such command

  /// Otherwise only plans without a preflight report it.
  bool goes_by_policy() const { return check != nullptr || !command.empty(); }
  bool policy_may_change() const { return goes_by_policy() && !guards; }
};

bool has_error(const std::vector<Finding>& findings);
/// Errors first; equally severe ones by their lines in the file.
void put_in_order(std::vector<Finding>& findings);
/// The cure of a kind as a clause, for the `cure` of a finding.
std::string cure_clause(std::string_view id);

std::span<const FindingKind> finding_kinds();
/// nullptr: unknown id.
const FindingKind* find_finding_kind(std::string_view id);

/// With the severity of its kind.
Finding make_finding(std::string_view id, std::string subject, std::string what, std::string cure,
                     Place place = {}, std::string variable = {});

}  // namespace envlink::plan
