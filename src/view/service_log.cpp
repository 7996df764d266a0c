#include "view/service_log.h"

#include <fmt/format.h>

#include "base/text.h"
#include "view/json_parts.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view {

std::string render_log_heading(const model::Service& service, const engine::DeployLog& log,
                               const Style& style) {
  const model::Deploy& deploy = log.deploy;
  const std::string which =
      fmt::format("{} of {} ({})", safe(deploy.id.text(), style), safe(service.label(), style),
                  status_words(deploy.status, deploy.status_text, style));
  if (log.lines.empty()) return folded(fmt::format("Render has no log lines of deploy {}.", which), style);
  return folded(fmt::format("Deploy {}, the last {} of its log:", which, count_of(log.lines.size(), "line")),
                style);
}

std::string log_json(const model::Owner& workspace, const model::Service& service,
                     const engine::DeployLog& log) {
  return document([&](json::Writer& out) {
    out("workspace", named(workspace));
    out("service", named(service));
    out("deploy", [&](json::Writer& deploy) {
      deploy("id", log.deploy.id);
      deploy("status", log.deploy.status_text);
      deploy("began", model::began(log.deploy));
    });
    out("page", engine::where_log_is(service.dashboard_url, service.name));
    out("lines", log.lines);
  });
}

}  // namespace envlink::view
