#include "view/progress_json.h"

#include "view/json.h"
#include "view/json_parts.h"
#include "view/rollout_status.h"

namespace envlink::view {

void write_links(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress) {
  out.key("links");
  out.begin_array();
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const plan::LinkChange& link = plan.links[i];
    out.object([&](json::Writer& one) {
      one("action", link.action);
      one("group", Named{link.group.text(), link.group_name});
      one("service", named(plan.services[link.service]));
      one("state", progress.links[i].phase);
      one("attempts", progress.links[i].attempts);
      one.or_null("why", progress.links[i].trouble);
    });
  }
  out.end_array();
}

void write_service(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress,
                   std::size_t service) {
  const plan::PlannedService& planned = plan.services[service];
  const engine::ServiceProgress& one = progress.services[service];
  out("service", named(planned));
  out.or_null("wave", planned.wave);
  out("state", one.state());
  out.or_null("deploy", one.deploy);
  out.or_null("deploy_status", one.status_text);
  out.or_null("seconds", whole_seconds(time_taken(one)));
  out.or_null("why", one.reason);
  out.or_null("cure", one.cure);
  out.or_null("told_by_render", one.told_reason);
  out("log", one.log);
  out.or_null("no_log", one.no_log);
}

void write_outcome(json::Writer& out, const std::optional<model::Outcome>& outcome) {
  std::optional<std::string_view> word;
  std::optional<int> code;
  if (outcome) word = to_string(*outcome);
  if (outcome) code = exit_code(*outcome);
  out.or_null("outcome", word);
  out.or_null("exit_code", code);
}

std::string link_changes_json(const plan::Plan& plan, const engine::Progress& progress) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out("workspace", named(plan.owner));
    write_links(out, plan, progress);
  });
}

}  // namespace envlink::view
