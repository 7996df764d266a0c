#include "model/finding_kind.h"

#include <algorithm>
#include <array>

namespace envlink::model {
namespace {

constexpr auto kinds = std::to_array<FindingKind>({
    {"group-missing", true},
    {"group-ambiguous", true},
    {"group-id-mismatch", true},
    {"group-twice", true},
    {"group-other-workspace", true},
    {"service-missing", true},
    {"service-ambiguous", true},
    {"service-id-mismatch", true},
    {"service-twice", true},
    {"service-other-workspace", true},
    {"service-preview", true},
    {"service-type-mismatch", true},
    {"redeploy-unknown", true},
    {"group-scope"},
    {"environment-protected"},
    {"environment-unread"},
    {"group-unused"},
    {"group-variable-count"},
    {"group-variable-missing"},
    {"service-variable-missing"},
    {"variable-shape"},
    {"variable-empty"},
    {"variable-placeholder"},
    {"variable-broken"},
    {"variables-unread"},
    {"collision-different"},
    {"collision-equal"},
    {"collision-unknown"},
    {"service-suspended"},
    {"deploy-under-way"},
    {"dependency-deploying"},
    {"autodeploy-off"},
    {"rebuild-needed"},
    {"link-dangling"},
});

}  // namespace

std::span<const FindingKind> finding_kinds() {
  return kinds;
}

const FindingKind* find_finding_kind(std::string_view id) {
  const auto found = std::ranges::find(kinds, id, &FindingKind::id);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace envlink::model
