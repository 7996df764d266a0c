#include "view/no_services.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {

bool names_no_service(const plan::Plan& plan) {
  const bool sets_values =
      std::ranges::any_of(plan.groups, [](const auto& group) { return !group.unchanged.empty(); });
  return plan.services.empty() && !sets_values && plan.empty() && !plan.refused();
}

std::string render_no_services(const plan::Plan& plan, const Style& style) {
  const std::string file = clean(plan.file);
  return folded(fmt::format("{} names no service yet, so there is nothing to link.", file), style,
                Colour::strong) +
         folded(fmt::format("Next: open {}, write or uncomment the services that need a group, and name the "
                            "group in their `link`. Then: envlink plan",
                            file),
                style, Colour::plain);
}

}  // namespace envlink::view
