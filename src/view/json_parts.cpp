#include "view/json_parts.h"

#include <ranges>

#include "view/rollout_status.h"

namespace envlink::view {

std::vector<Named> named(const plan::Plan& plan, const std::vector<std::size_t>& services) {
  std::vector<Named> all;
  for (const std::size_t service : services) all.push_back(named(plan.services[service]));
  return all;
}

void write_value(json::Writer& out, const plan::ValueChange& value) {
  out("action", value.action);
  out("group", Named{value.group.text(), value.group_name});
  out("key", value.key);
  out("exists", value.exists);
}

void write_values(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress) {
  if (plan.values.empty()) return;
  const auto positions = std::views::iota(std::size_t{0}, plan.values.size());
  out.list("values", positions, [&](json::Writer& one, std::size_t position) {
    write_value(one, plan.values[position]);
    one("state", progress.values[position].phase);
    one("attempts", progress.values[position].attempts);
    one.or_null("why", progress.values[position].trouble);
  });
}

void write_link(json::Writer& out, const plan::Plan& plan, const plan::LinkChange& link) {
  out("action", link.action);
  out("group", Named{link.group.text(), link.group_name});
  out("service", named(plan.services[link.service]));
}

void write_links(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress) {
  const auto positions = std::views::iota(std::size_t{0}, plan.links.size());
  out.list("links", positions, [&](json::Writer& one, std::size_t position) {
    write_link(one, plan, plan.links[position]);
    one("state", progress.links[position].phase);
    one("attempts", progress.links[position].attempts);
    one.or_null("why", progress.links[position].trouble);
  });
}

void write_new_group(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress) {
  if (!plan.new_group) return;
  out("new_group", [&](json::Writer& group) {
    group.or_null("id", progress.made);
    group("name", plan.new_group->name);
    group("state", progress.group->phase);
    group("attempts", progress.group->attempts);
    group.or_null("why", progress.group->trouble);
  });
}

void write_service(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress,
                   std::size_t service) {
  const plan::PlannedService& planned = plan.services[service];
  const engine::ServiceProgress& one = progress.services[service];
  out("service", named(planned));
  out.or_null("wave", planned.wave);
  out("state", one.state());
  if (one.hold.phase != engine::HoldPhase::untouched) {
    out("automatic_deploys", [&](json::Writer& hold) {
      hold("state", one.hold.phase);
      hold("was", one.hold.was);
      hold.or_null("why", one.hold.trouble);
    });
  }
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
  out.or_null("outcome", outcome);
  out.or_null("exit_code", outcome ? std::optional(exit_code(*outcome)) : std::nullopt);
}

void write_finding(json::Writer& out, const plan::Finding& finding) {
  out("id", finding.id);
  out("severity", finding.severity);
  out("subject", finding.subject);
  out("what", finding.what);
  out.or_null("cure", finding.cure);
}

void write_findings(json::Writer& out, const plan::FindingList& found) {
  const auto write = [&](json::Writer& one, const plan::Finding& finding) {
    write_finding(one, finding);
    one.or_null("variable", finding.variable);
    one.or_null("policy", finding.policy);
    const bool placed = finding.place.line > 0;
    one.or_null("file", placed ? found.file : "");
    one.or_null("line", placed ? std::optional(finding.place.line) : std::nullopt);
    one.or_null("column", placed ? std::optional(finding.place.column) : std::nullopt);
  };
  out.list("findings", found.findings, write);
  out.list("ignored", found.ignored, write);
}

void write_evidence(json::Writer& out, const plan::Evidence& evidence) {
  out("grade", evidence.grade);
  out.or_null("source", evidence.source);
  out.or_null("evidence", evidence.text);
  out("changed", evidence.changed);
}

void write_verification(json::Writer& out, const plan::Verification& verification) {
  out("passed", verification.passed());
  out("journal_unreadable", verification.journal_unreadable);
  out("workspace", named(verification.owner));
  std::size_t number = 0;
  out.list("steps", verification.all_steps(), [&](json::Writer& one, const plan::VerifiedStep& step) {
    one("step", number + 1);
    one("name", plan::step_names[number++]);
    one("passed", step.passed);
    one("title", step.title);
    one("problems", step.problems);
  });
  out.list("services", verification.services,
           [](json::Writer& one, const plan::VerifiedService& service) { write_freshness(one, service); });
}

}  // namespace envlink::view
