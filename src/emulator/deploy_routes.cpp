// /services/{id}/deploys and /services/{id}/rollback. There is no /deploys/{id}.

#include <fmt/format.h>

#include "emulator/deploys.h"
#include "emulator/ids.h"
#include "emulator/routes.h"
#include "emulator/target.h"

namespace envlink::emulator {
namespace {

void write_deploy(json::Writer& out, const Deploy& deploy) {
  out("id", deploy.id);
  if (deploy.image_ref.empty()) {
    out("commit", [&](json::Writer& commit) {
      commit("id", deploy.commit);
      commit("message", "Change something");
      commit("createdAt", deploy.created);
    });
  } else {
    out("commit", nullptr);  // as recorded, although the document declares an object
    out("image", [&](json::Writer& image) {
      image("ref", deploy.image_ref);
      image("sha", fmt::format("sha256:{0}{0}", make_hex(deploy.image_ref.size(), 32)));
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

Reply list_deploys(const WorldState& world, const Service& service, const Query& query) {
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

struct Asked {
  DeployOrder order;
  std::string refused;  // the message of a 400, or empty
};

Asked read_order(const Service& service, const Body& body) {
  Asked asked;
  const json::Value* mode = body.find("deployMode");
  const json::Value* cache = body.find("clearCache");
  const json::Value* commit = body.find("commitId");
  const json::Value* image = body.find("imageUrl");
  if (mode && mode->text != "deploy_only" && mode->text != "build_and_deploy") {
    asked.refused = "invalid deployMode";
  } else if (cache && cache->text != "clear" && cache->text != "do_not_clear") {
    asked.refused = "invalid clearCache";
  } else if (commit && (commit->text.empty() || service.seed.type == model::ServiceType::cron_job)) {
    asked.refused = "invalid commitId";
  } else if (image && (image->text.empty() || !service.seed.image)) {
    asked.refused = "invalid imageUrl";
  } else if (mode && mode->text == "deploy_only" && (cache || commit || image)) {
    asked.refused = "deployMode deploy_only cannot be combined with commitId, imageUrl or clearCache";
  }
  if (mode && mode->text == "deploy_only") asked.order.mode = DeployMode::deploy_only;
  asked.order.clear_cache = cache && cache->text == "clear";
  if (commit) asked.order.commit = std::string(commit->text);
  if (image) asked.order.image_ref = std::string(image->text);
  return asked;
}

// Render's answer for a suspended service is unknown; such a deploy cannot succeed.
Reply suspended(const Service& service) {
  return refuse(400, fmt::format("service is suspended: {}", service.seed.id));
}

Reply post_deploy(WorldState& world, const Call& call, std::size_t index) {
  const Service& service = world.services[index];
  const Body body(call.body);
  if (!body.is_object()) return refuse(400, "invalid JSON");
  Asked asked = read_order(service, body);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  if (service.seed.suspended) return suspended(service);
  const Deploy& deploy = world.deploys[create_deploy(world, index, std::move(asked.order))];
  if (deploy.status == model::DeployStatus::queued) return {202, ""};  // no id: clients must read the list
  return one_deploy(deploy, 201);
}

Reply post_rollback(WorldState& world, const Call& call, std::size_t index) {
  const Service& service = world.services[index];
  const Body body(call.body);
  const json::Value* id = body.find("deployId");
  if (!id || !id->is_text()) return refuse(400, "deployId is required");
  const auto target = world.find_deploy(id->text);
  if (!target || world.deploys[*target].service != index) return not_found(id->text);
  const Deploy& old = world.deploys[*target];
  // Only deploys that were live can be rolled back to. Render's answer for others is unknown.
  if (old.status != model::DeployStatus::live && old.status != model::DeployStatus::deactivated) {
    return refuse(400, fmt::format("cannot roll back to a deploy that was never live: {}", old.id));
  }
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

}  // namespace

Reply one_deploy(const Deploy& deploy, int status) {
  return answer_object([&](json::Writer& out) { write_deploy(out, deploy); }, status);
}

Reply deploy_routes(WorldState& world, const Call& call, std::size_t service) {
  const bool get = call.method == api::Method::get;
  const bool post = call.method == api::Method::post;
  if (call.at(3) == "rollback") {
    if (call.depth() > 4) return no_such_route();
    return post ? post_rollback(world, call, service) : wrong_method();
  }
  if (call.depth() == 4) {
    if (post) return post_deploy(world, call, service);
    return get ? list_deploys(world, world.services[service], call.target.query) : wrong_method();
  }
  const bool cancels = call.depth() == 6 && call.at(5) == "cancel";
  if (call.depth() > 5 && !cancels) return no_such_route();
  const auto deploy = world.find_deploy(call.at(4));
  if (!deploy || world.deploys[*deploy].service != service) return not_found(call.at(4));
  if (cancels) return post ? cancel(world, *deploy) : wrong_method();
  return get ? one_deploy(world.deploys[*deploy]) : wrong_method();
}

}  // namespace envlink::emulator
