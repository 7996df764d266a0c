#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "view/json.h"
#include "view/json_printer.h"

namespace envlink::view {

namespace json = boost::json;

namespace {

json::object group_of(const model::Group& group, const model::Workspace& workspace) {
  json::array links;
  for (const ServiceId& id : group.links) {
    const model::Service* service = workspace.find_service(id);
    links.push_back(named(id.text(), service != nullptr ? service->name : ""));
  }
  json::object object = named(group.id.text(), group.name);
  object["environment"] =
      group.environment ? json::value(json_text(group.environment->text())) : json::value();
  object["linked"] = std::move(links);
  return object;
}

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

std::string groups_json(const model::Workspace& workspace) {
  json::array groups;
  for (const model::Group& group : workspace.groups) groups.push_back(group_of(group, workspace));
  return pretty(json::object{{"version", 1},
                             {"workspace", named(workspace.owner.id.text(), workspace.owner.name)},
                             {"groups", std::move(groups)}});
}

std::string group_json(const model::Group& group, const model::Workspace& workspace) {
  json::object object = group_of(group, workspace);
  object["keys"] = json_texts(model::keys_of(group.variables.value_or(std::vector<model::Variable>{})));
  object["secret_files"] = json_texts(group.secret_files);
  return pretty(json::object{{"version", 1},
                             {"workspace", named(workspace.owner.id.text(), workspace.owner.name)},
                             {"group", std::move(object)}});
}

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
