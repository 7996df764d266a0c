#pragma once
// Which sources a service gets each variable from, and which wins if several have the same key. Render
// guarantees that a service's own variable overrides its groups. Among groups the one created last wins;
// Render documents this as not guaranteed.

#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/group.h"
#include "model/variable.h"

namespace envlink::plan {

struct Source {
  const model::Group* group = nullptr;  // nullptr: the service's own variable
  const model::Variable* variable = nullptr;
};

/// only: a single source. unsettled: Render does not say when the groups were created. files: several
/// secret files have the same name.
enum class Rule { only, own, newest_group, unsettled, files };
constexpr auto words(Rule) {
  return std::to_array<std::string_view>({"only", "own", "newest_group", "unsettled", "files"});
}

struct Resolution {
  std::string key;
  std::vector<Source> sources;  // the winner first; pointers to the arguments of resolve()
  Rule rule = Rule::only;
  bool guaranteed() const { return rule == Rule::only || rule == Rule::own; }
  bool settled() const { return rule != Rule::unsettled && rule != Rule::files; }
};

/// Variables, and secret files as "file:NAME", sorted by key. `own`, `own_files`: the service's; nullptr:
/// not read, and so left out.
std::vector<Resolution> resolve(const std::vector<const model::Group*>& groups,
                                const std::vector<model::Variable>* own,
                                const std::vector<std::string>* own_files);

/// One clause: "a service's own variable beats its groups; Render guarantees that".
std::string_view why(Rule rule);
/// equal: every source has the winner's value. unknown: a value is unreadable, and none is known to differ.
model::Sameness compare(const Resolution& resolution);

}  // namespace envlink::plan
