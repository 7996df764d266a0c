#pragma once
// Compares two environment groups key by key: what is equal, what differs, and what contradicts the flags.
// Pure; sees no values.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

/// What is known about a value. absent: the group does not have the key. file: a secret file, of which only
/// the content is compared.
enum class Look { absent, hidden, empty, placeholder, text, url, number, boolean, json, file };
constexpr auto words(Look) {
  return std::to_array<std::string_view>(
      {"absent", "hidden", "empty", "placeholder", "text", "url", "number", "boolean", "json", "file"});
}

/// shape: they differ and are of different kinds. unknown: one is hidden, empty or a placeholder.
enum class KeyState { equal, different, shape, only_a, only_b, unknown };
constexpr auto words(KeyState) {
  return std::to_array<std::string_view>({"equal", "different", "shape", "only_a", "only_b", "unknown"});
}

/// What a flag expects of a key.
enum class Expected { nothing, differ, equal };
constexpr auto words(Expected) {
  return std::to_array<std::string_view>({"nothing", "differ", "equal"});
}

/// KEY or PREFIX_*. The longest pattern that matches a key counts; an exact key beats a prefix.
struct Expectations {
  std::vector<std::string> differ{};
  std::vector<std::string> equal{};
};

struct ComparedKey {
  std::string key;  // or "file:NAME"
  KeyState state = KeyState::unknown;
  Look a = Look::absent;
  Look b = Look::absent;
  Expected expected = Expected::nothing;
  std::string trouble{};  // a clause: what is wrong with its state; empty: nothing
  bool operator==(const ComparedKey&) const = default;
};

struct ComparedSide {
  model::Owner owner;
  GroupId id;
  std::string name;   // on Render
  std::string label;  // distinguishes the two groups
  bool operator==(const ComparedSide&) const = default;
};

struct GroupDiff {
  ComparedSide a;
  ComparedSide b;
  std::string file{};               // envlink.yaml, whose policy applies
  std::vector<ComparedKey> keys{};  // sorted by key
  std::vector<Finding> findings{};  // errors first
  std::vector<Finding> ignored{};   // by the policy

  std::size_t count(KeyState state) const;
  bool passed() const;  // no error among the findings
  FindingList found() const { return {file, findings, ignored}; }
};

/// A group read with its values, and its workspace.
struct GroupOf {
  const model::Workspace& workspace;
  const model::Group& group;
};
GroupDiff compare_groups(const model::Desired& desired, const GroupOf& a, const GroupOf& b,
                         const Expectations& expectations);

}  // namespace envlink::plan
