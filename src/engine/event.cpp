#include "engine/event.h"

namespace envlink::engine {

EventService event_service(const plan::Plan& plan, std::size_t position) {
  const plan::PlannedService& service = plan.services[position];
  return {service.id, service.name, position};
}

EventLink event_link(const plan::Plan& plan, std::size_t position) {
  const plan::LinkChange& change = plan.links[position];
  return {change.action, {change.group, change.group_name}, event_service(plan, change.service), position};
}

EventValue event_value(const plan::Plan& plan, std::size_t position) {
  const plan::ValueChange& change = plan.values[position];
  return {change.action, {change.group, change.group_name}, change.key, position};
}

RunBegan run_began(const plan::Plan& plan) {
  return {.workspace = {plan.owner.id, plan.owner.name},
          .undoes = plan.undoes,
          .values = plan.values.size(),
          .links = plan.links.size(),
          .deploys = plan.deploys(),
          .waves = plan.waves.size()};
}

std::string_view kind_of(const Event& event) {
  return std::visit([](const auto& what) { return what.kind; }, event.what);
}

const EventLink* link_of(const Event& event) {
  return std::visit(
      [](const auto& what) -> const EventLink* {
        if constexpr (requires { what.link; }) return &what.link;
        return nullptr;
      },
      event.what);
}

const EventValue* value_of(const Event& event) {
  return std::visit(
      [](const auto& what) -> const EventValue* {
        if constexpr (requires { what.value.key; }) return &what.value;
        return nullptr;
      },
      event.what);
}

const EventGroup* group_of(const Event& event) {
  return std::visit(
      [](const auto& what) -> const EventGroup* {
        if constexpr (requires { what.group; }) return &what.group;
        return nullptr;
      },
      event.what);
}

const EventService* service_of(const Event& event) {
  if (const EventLink* link = link_of(event)) return &link->service;
  return std::visit(
      [](const auto& what) -> const EventService* {
        if constexpr (requires { what.service; }) return &what.service;
        return nullptr;
      },
      event.what);
}

}  // namespace envlink::engine
