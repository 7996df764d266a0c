// Suspending, resuming, restarting and scaling a service.

#include <fmt/format.h>

#include "emulator/audit_log.h"
#include "emulator/deploys.h"
#include "emulator/events.h"
#include "emulator/operation.h"
#include "emulator/services.h"

namespace envlink::emulator {
namespace {

template <bool suspended>
Reply set_suspended(WorldState& world, const Call&, std::size_t index) {
  suspend(world, index, suspended, caller());
  return {202};
}

/// New instances with the configuration of the live deploy: changed variables do not reach them.
Reply restart(WorldState& world, const Call&, std::size_t index) {
  const Service& service = world.services[index];
  // Render's answers to these are unknown.
  if (service.seed.type == model::ServiceType::cron_job) return refuse(400, "cron jobs cannot be restarted");
  if (service.seed.suspended || !service.live) return refuse(400, "service is not running");
  record_event(world, index, ServerRestarted{std::string(owner_email)});
  return {200};
}

struct Scale {
  int instances = 0;
};
void fields(auto& visit, json::Like<Scale> auto& scale) {
  visit("numInstances", scale.instances);
}

Reply scale(WorldState& world, const Call& call, std::size_t index) {
  const auto body = read_body<Scale>(call);
  if (!body) return body.error();
  Service& service = world.services[index];
  if (body->instances < 1 || body->instances > most_instances) return refuse(400, "invalid numInstances");
  if (!has_instances(service)) return refuse(400, "service has no instances");
  if (body->instances != service.details.instances)
    record_event(world, index, InstancesChanged{service.details.instances, body->instances});
  service.details.instances = body->instances;
  service.updated = world.now;
  return {202};
}

Reply put_autoscaling(WorldState& world, const Call& call, std::size_t index) {
  auto body = read_body<Autoscaling>(call);
  if (!body) return body.error();
  Service& service = world.services[index];
  if (!has_instances(service)) return refuse(400, "service has no instances");
  if (auto refusal = refused_autoscaling(*body)) return *refusal;
  record_event(world, index, AutoscalingChanged{service.details.autoscaling, *body});
  service.details.autoscaling = *body;
  service.updated = world.now;
  return answer_object([&](json::Writer& out) { fields(out, *service.details.autoscaling); });
}

Reply remove_autoscaling(WorldState& world, const Call&, std::size_t index) {
  Service& service = world.services[index];
  std::optional<Autoscaling>& autoscaling = service.details.autoscaling;
  if (autoscaling) record_event(world, index, AutoscalingChanged{autoscaling, {}});
  autoscaling.reset();
  service.updated = world.now;
  return {204};
}

Reply purge_cache(WorldState& world, const Call&, std::size_t index) {
  // Render's answer for another type is unknown.
  const bool web = world.services[index].seed.type == model::ServiceType::web_service;
  return web ? Reply{202} : refuse(400, "service has no cache");
}

Reply list_instances(WorldState& world, const Call&, std::size_t index) {
  const Service& service = world.services[index];
  const bool runs = has_instances(service) && service.live && !service.seed.suspended;
  return answer_list([&](json::Writer& out) {
    for (int i = 0; runs && i < service.details.instances; ++i) {
      out.object([&](json::Writer& one) {
        one("id", fmt::format("{}-{:05}", service.seed.id, i));
        one("createdAt", world.deploys[*service.live].finished);
      });
    }
  });
}

}  // namespace

std::optional<Reply> refused_autoscaling(const Autoscaling& autoscaling) {
  const bool fits =
      autoscaling.min >= 1 && autoscaling.max >= autoscaling.min && autoscaling.max <= most_instances;
  return fits ? std::nullopt : std::optional(refuse(400, "invalid min or max"));
}

std::span<const Operation> action_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {post,
       "/services/{serviceId}/suspend",
       of_service<set_suspended<true>>,
       {},
       false,
       BucketKind::service},
      {post,
       "/services/{serviceId}/resume",
       of_service<set_suspended<false>>,
       {},
       false,
       BucketKind::service},
      {post, "/services/{serviceId}/restart", of_service<restart>},
      {post, "/services/{serviceId}/scale", of_service<scale>, {}, true, BucketKind::service},
      {put, "/services/{serviceId}/autoscaling", of_service<put_autoscaling>, {}, true},
      {delete_, "/services/{serviceId}/autoscaling", of_service<remove_autoscaling>},
      {post, "/services/{serviceId}/cache/purge", of_service<purge_cache>},
      {get, "/services/{serviceId}/instances", of_service<list_instances>}};
  return all;
}

}  // namespace envlink::emulator
