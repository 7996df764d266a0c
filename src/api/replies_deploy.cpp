#include "api/replies.h"
#include "api/reply_reader.h"

namespace envlink::api {
namespace {

Result<model::Deploy> decode_deploy(const Node& node) {
  return node.id("id").map([&](std::string id) {
    model::Deploy deploy;
    deploy.id = DeployId{std::move(id)};
    deploy.status_text = node.text("status");
    deploy.status = model::deploy_status_from(deploy.status_text);
    deploy.trigger = node.text("trigger");
    deploy.created = node.time("createdAt");
    deploy.started = node.time("startedAt");
    deploy.finished = node.time("finishedAt");
    return deploy;
  });
}

}  // namespace

Result<Page<model::Deploy>> parse_deploys(const Response& response) {
  return read_page<model::Deploy>(response, "deploy", decode_deploy);
}

Result<model::Deploy> parse_deploy(const Response& response) {
  return read_object<model::Deploy>(response, decode_deploy);
}

}  // namespace envlink::api
