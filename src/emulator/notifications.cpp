// When the workspace is notified of deploys: its settings, and those of services that differ.

#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

void write_settings(json::Writer& out, const WorldState& world) {
  const NotificationSettings& settings = world.notifications;
  out("emailEnabled", settings.email);
  out("notificationsToSend", settings.send);
  out("ownerId", world.owner_id);
  out("previewNotificationsEnabled", settings.previews);
  out("slackEnabled", false);
}

Reply get_settings(WorldState& world, const Call& call) {
  if (call.at(3) != world.owner_id) return not_found(call.at(3));
  return answer_object([&](json::Writer& out) { write_settings(out, world); });
}

Reply patch_settings(WorldState& world, const Call& call) {
  if (call.at(3) != world.owner_id) return not_found(call.at(3));
  const auto body = read_body<NotificationSettings>(call, world.notifications);
  if (!body) return body.error();
  world.notifications = *body;
  return answer_object([&](json::Writer& out) { write_settings(out, world); });
}

void write_override(json::Writer& out, const Service& service) {
  fields(out, service.notifications);
  out("serviceId", service.seed.id);
}

Reply show_override(const Service& service) {
  return answer_object([&](json::Writer& out) { write_override(out, service); });
}

/// Those that are set.
Reply list_overrides(WorldState& world, const Call& call) {
  const Query& query = call.query();
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = world.services.size(); i-- > 0;) {
      const Service& service = world.services[i];
      const bool wanted = !service.deleted && service.notifications != NotificationOverride{} &&
                          query.wants("ownerId", world.owner_id) && query.wants("serviceId", service.seed.id);
      if (!wanted || !asked.page.take(i)) continue;
      out.object([&](json::Writer& item) {
        item("override", [&](json::Writer& one) { write_override(one, service); });
        item("cursor", make_cursor(i, service.seed.id));
      });
    }
  });
}

/// Handles a call of "/notification-settings/overrides/services/{serviceId}".
template <Reply (*handle)(const Call&, Service&)>
Reply of_override(WorldState& world, const Call& call) {
  const auto service = world.find_service(call.at(4));
  return service ? handle(call, world.services[*service]) : not_found(call.at(4));
}

/// "default" in all fields if none is set, as recorded.
Reply get_override(const Call&, Service& service) {
  return show_override(service);
}

Reply patch_override(const Call& call, Service& service) {
  const auto body = read_body<NotificationOverride>(call, service.notifications);
  if (!body) return body.error();
  service.notifications = *body;
  return show_override(service);
}

constexpr Parameter filters[] = {{"ownerId"}, {"serviceId"}, cursor_parameter, limit_parameter};

}  // namespace

std::span<const Operation> notification_operations() {
  using enum api::Method;
  static constexpr std::string_view sends_nothing = "nothing is sent";
  static constexpr Operation all[] = {
      {get, "/notification-settings/owners/{ownerId}", get_settings},
      {patch, "/notification-settings/owners/{ownerId}", patch_settings, {}, true, {}, sends_nothing},
      {get, "/notification-settings/overrides", list_overrides, filters},
      {get, "/notification-settings/overrides/services/{serviceId}", of_override<get_override>},
      {patch,
       "/notification-settings/overrides/services/{serviceId}",
       of_override<patch_override>,
       {},
       true,
       {},
       sends_nothing}};
  return all;
}

}  // namespace envlink::emulator
