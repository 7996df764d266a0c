#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json.h"
#include "view/json_printer.h"

namespace envlink::view {

namespace json = boost::json;

namespace {

std::string_view word_of(engine::LinkPhase phase) {
  switch (phase) {
    case engine::LinkPhase::proved:
      return "proved";
    case engine::LinkPhase::failed:
      return "failed";
    default:
      return "not_settled";
  }
}

}  // namespace

std::string link_changes_json(const plan::Plan& plan, const engine::Progress& progress) {
  json::array changes;
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const plan::LinkChange& link = plan.links[i];
    const plan::PlannedService& service = plan.services[link.service];
    changes.push_back({{"action", link.action == plan::LinkAction::add ? "link" : "unlink"},
                       {"group", named(link.group.text(), link.group_name)},
                       {"service", named(service.id.text(), service.name)},
                       {"outcome", word_of(progress.links[i].phase)},
                       {"trouble", json_text(progress.links[i].trouble)}});
  }
  return pretty(json::object{{"version", 1},
                             {"workspace", named(plan.owner.id.text(), plan.owner.name)},
                             {"changes", std::move(changes)}});
}

}  // namespace envlink::view
