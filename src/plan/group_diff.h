#pragma once
// Two environment groups held against each other, key by key: what is equal, what differs, and what of that
// is against what was expected. Pure; knows no value.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

/// What is known of a value without it. absent: that group has none of the key. file: a secret file, of which
/// nothing but its content is compared.
enum class Look { absent, hidden, empty, placeholder, text, url, number, boolean, json, file };
constexpr auto words(Look) {
  return std::to_array<std::string_view>(
      {"absent", "hidden", "empty", "placeholder", "text", "url", "number", "boolean", "json", "file"});
}

/// shape: they differ, and are not even of one kind. unknown: one of them is hidden, empty or a placeholder.
enum class KeyState { equal, different, shape, only_a, only_b, unknown };
constexpr auto words(KeyState) {
  return std::to_array<std::string_view>({"equal", "different", "shape", "only_a", "only_b", "unknown"});
}

/// What a flag says of a key.
enum class Expected { nothing, differ, equal };
constexpr auto words(Expected) {
  return std::to_array<std::string_view>({"nothing", "differ", "equal"});
}

/// KEY or PREFIX_*. Of several that fit a key the longest counts, and a key before a prefix.
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
  std::string trouble{};  // a clause: what speaks against its state; empty: nothing
  bool operator==(const ComparedKey&) const = default;
};

struct ComparedSide {
  model::Owner owner;
  GroupId id;
  std::string name;   // on Render
  std::string label;  // tells the two apart
  bool operator==(const ComparedSide&) const = default;
};

struct GroupDiff {
  ComparedSide a;
  ComparedSide b;
  std::string file{};               // whose policy it goes by
  std::vector<ComparedKey> keys{};  // in their order
  std::vector<Finding> findings{};  // errors first
  std::vector<Finding> ignored{};   // by the policy

  std::size_t count(KeyState state) const;
  bool passed() const;  // no error among the findings
  FindingList found() const { return {file, findings, ignored}; }
};

/// A group that was read itself, and the workspace that it was read in.
struct GroupOf {
  const model::Workspace& workspace;
  const model::Group& group;
};
GroupDiff compare_groups(const model::Desired& desired, const GroupOf& a, const GroupOf& b,
                         const Expectations& expectations);

}  // namespace envlink::plan
