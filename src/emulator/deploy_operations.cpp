// Deploys of a service, and its rollback. There is no /deploys/{id}.

#include <fmt/format.h>

#include "base/sha256.h"
#include "emulator/deploys.h"
#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

void write_deploy(json::Writer& out, const Deploy& deploy) {
  out("id", deploy.id);
  if (deploy.image_ref.empty()) {
    out("commit", [&](json::Writer& commit) {
      commit("id", deploy.commit.id);
      commit("message", "Change something");
      commit("createdAt", deploy.commit.created);
    });
  } else {
    out("commit", nullptr);  // as recorded, although the document declares an object
    out("image", [&](json::Writer& image) {
      image("ref", deploy.image_ref);
      image("sha", "sha256:" + sha256_hex(deploy.image_ref));
    });
  }
  out("status", deploy.status);
  out("trigger", deploy.trigger);
  out("createdAt", deploy.created);
  out("updatedAt", deploy.updated);
  out("startedAt", deploy.started);
  out("finishedAt", deploy.finished);
}

Deploy as_it_was_made(Deploy deploy) {
  deploy.turns(model::DeployStatus::created, deploy.created);
  deploy.started.reset();
  deploy.finished.reset();
  return deploy;
}

Reply list_deploys(WorldState& world, const Call& call, std::size_t of) {
  const Service& service = world.services[of];
  const Query& query = call.query();
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (auto index = service.deploys.rbegin(); index != service.deploys.rend() && asked.page.room > 0;
         ++index) {
      const Deploy& deploy = world.deploys[*index];
      if (!is_listed(world, deploy)) continue;
      if (!query.wants("status", model::to_string(deploy.status))) continue;
      if (!query.in_range("created", deploy.created) || !query.in_range("updated", deploy.updated)) continue;
      if (!query.in_range("finished", deploy.finished) || !asked.page.take(*index)) continue;
      const auto write = [&](const Deploy& snapshot) {
        out.object([&](json::Writer& item) {
          item("deploy", [&](json::Writer& one) { write_deploy(one, snapshot); });
          item("cursor", make_cursor(*index, deploy.id));
        });
      };
      // The order of these two is arbitrary.
      const bool older_first = *index % 2 == 0;
      if (world.behaviour.list_repeats && older_first) write(as_it_was_made(deploy));
      write(deploy);
      if (world.behaviour.list_repeats && !older_first) write(as_it_was_made(deploy));
    }
  });
}

enum class NewMode { build_and_deploy, deploy_only };
constexpr auto words(NewMode) {
  return std::to_array<std::string_view>({"build_and_deploy", "deploy_only"});
}
enum class ClearCache { do_not_clear, clear };
constexpr auto words(ClearCache) {
  return std::to_array<std::string_view>({"do_not_clear", "clear"});
}

struct NewDeploy {
  std::optional<NewMode> mode;
  std::optional<ClearCache> clear_cache;
  std::optional<std::string> commit;
  std::optional<std::string> image;
};
void fields(auto& visit, json::Like<NewDeploy> auto& deploy) {
  visit("deployMode", deploy.mode);
  visit("clearCache", deploy.clear_cache);
  visit("commitId", deploy.commit);
  visit("imageUrl", deploy.image);
}

/// The message of a 400, or empty.
std::string_view refused_order(const Service& service, const NewDeploy& body) {
  const bool chooses = body.clear_cache || body.commit || body.image;
  if (body.commit && (body.commit->empty() || service.seed.type == model::ServiceType::cron_job))
    return "invalid commitId";
  if (body.image && (body.image->empty() || !service.seed.image)) return "invalid imageUrl";
  if (body.mode == NewMode::deploy_only && chooses)
    return "deployMode deploy_only cannot be combined with commitId, imageUrl or clearCache";
  return {};
}

// Render's answer for a suspended service is unknown; such a deploy cannot succeed.
Reply suspended(const Service& service) {
  return refuse(400, fmt::format("service is suspended: {}", service.seed.id));
}

Reply create(WorldState& world, const Call& call, std::size_t index) {
  const Service& service = world.services[index];
  auto body = read_body<NewDeploy>(call);
  if (!body) return body.error();
  const std::string_view refused = refused_order(service, *body);
  if (!refused.empty()) return refuse(400, refused);
  if (service.seed.suspended) return suspended(service);
  DeployOrder order;
  if (body->mode == NewMode::deploy_only) order.mode = DeployMode::deploy_only;
  order.clear_cache = body->clear_cache == ClearCache::clear;
  // Render knows when the commit was made; the model does not.
  if (body->commit) order.commit = {std::move(*body->commit), service.head.created};
  order.image_ref = body->image.value_or("");
  const Deploy& deploy = world.deploys[create_deploy(world, index, std::move(order))];
  if (deploy.status == model::DeployStatus::queued) return {202};  // no id: clients must read the list
  return one_deploy(deploy, 201);
}

struct NewRollback {
  std::string deploy;
};
void fields(auto& visit, json::Like<NewRollback> auto& rollback) {
  visit("deployId", rollback.deploy);
}

Reply roll_back(WorldState& world, const Call& call, std::size_t index) {
  const Service& service = world.services[index];
  const auto body = read_body<NewRollback>(call);
  if (!body) return body.error();
  const auto target = world.find_deploy(body->deploy);
  if (!target || world.deploys[*target].service != index) return not_found(body->deploy);
  const Deploy& old = world.deploys[*target];
  // Only deploys that were live can be rolled back to. Render's answer for others is unknown.
  if (!succeeded(old))
    return refuse(400, fmt::format("cannot roll back to a deploy that was never live: {}", old.id));
  if (service.seed.suspended) return suspended(service);
  DeployOrder order;
  order.trigger = "rollback";
  order.mode = DeployMode::rollback;
  order.rollback_target = old.id;
  order.commit = old.commit;
  order.image_ref = old.image_ref;
  // 201 even if it has to wait: the document declares no other success.
  return one_deploy(world.deploys[create_deploy(world, index, std::move(order))], 201);
}

Reply cancel(WorldState& world, std::size_t deploy) {
  const Service& service = world.services[world.deploys[deploy].service];
  if (service.seed.type == model::ServiceType::cron_job) {
    return refuse(400, "deploys of cron jobs cannot be canceled");
  }
  // Render's answer for a finished deploy is unknown.
  if (!cancel_deploy(world, deploy)) return refuse(400, "deploy is not in progress");
  return one_deploy(world.deploys[deploy]);
}

template <Reply (*handle)(WorldState&, std::size_t deploy)>
Reply of_deploy(WorldState& world, const Call& call) {
  const auto service = world.find_service(call.at(2));
  if (!service) return not_found(call.at(2));
  const auto deploy = world.find_deploy(call.at(4));
  if (!deploy || world.deploys[*deploy].service != *service) return not_found(call.at(4));
  return handle(world, *deploy);
}

Reply get_deploy(WorldState& world, std::size_t deploy) {
  return one_deploy(world.deploys[deploy]);
}

constexpr std::string_view statuses[] = {
    "created", "queued",      "build_in_progress", "pre_deploy_in_progress", "update_in_progress",
    "live",    "deactivated", "build_failed",      "pre_deploy_failed",      "update_failed",
    "canceled"};
constexpr auto filters =
    joined(std::to_array<Parameter>({{"status", ParameterKind::word, false, statuses}}), change_parameters,
           std::to_array<Parameter>({time_parameter("finishedBefore"), time_parameter("finishedAfter")}),
           page_parameters);

}  // namespace

Reply one_deploy(const Deploy& deploy, int status) {
  return answer_object([&](json::Writer& out) { write_deploy(out, deploy); }, status);
}

std::span<const Operation> deploy_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/services/{serviceId}/deploys", of_service<list_deploys>, filters},
      {post, "/services/{serviceId}/deploys", of_service<create>, {}, true, BucketKind::service},
      {get, "/services/{serviceId}/deploys/{deployId}", of_deploy<get_deploy>},
      {post, "/services/{serviceId}/deploys/{deployId}/cancel", of_deploy<cancel>},
      {post, "/services/{serviceId}/rollback", of_service<roll_back>, {}, true}};
  return all;
}

}  // namespace envlink::emulator
