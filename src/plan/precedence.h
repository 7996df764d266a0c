#pragma once
// From where a service gets each variable, and who wins where several hold the same key. Render documents
// that a service's own variable beats its groups. Among groups the one that was created last wins at present,
// and that is documented as not guaranteed.

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

/// only: nobody else holds the key. unsettled: Render does not tell when the groups were created.
enum class Rule { only, own, newest_group, unsettled };
constexpr auto words(Rule) {
  return std::to_array<std::string_view>({"only", "own", "newest_group", "unsettled"});
}

struct Resolution {
  std::string key;
  std::vector<Source> sources;  // the winner first; pointers into what was handed in
  Rule rule = Rule::only;
  bool guaranteed() const { return rule == Rule::only || rule == Rule::own; }
};

/// Sorted by key. `own`: nullptr where it was not read; its keys are then missing.
std::vector<Resolution> resolve(const std::vector<const model::Group*>& groups,
                                const std::vector<model::Variable>* own);

/// One clause: "a service's own variable beats its groups; Render guarantees that".
std::string_view why(Rule rule);
/// equal: every source has the winner's value. unknown: some value was not told, and none is known to differ.
model::Sameness compare(const Resolution& resolution);

}  // namespace envlink::plan
