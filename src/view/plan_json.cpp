#include <ranges>

#include "engine/forecast.h"
#include "view/json.h"
#include "view/json_parts.h"

namespace envlink::view {
namespace {

using plan::Plan;

std::vector<std::string_view> names_of(const Plan& plan, const std::vector<std::size_t>& services) {
  std::vector<std::string_view> names;
  for (const auto service : services) names.push_back(plan.services[service].name);
  return names;
}

void write_group(json::Writer& out, const plan::PlannedGroup& group) {
  out("id", group.id);
  out("name", group.name);
  out.or_null("variables", group.variables);
  out.or_null("asked", group.asked, [](json::Writer& asked, const model::VariableCount& count) {
    asked("number", count.number);
    asked("at_least", count.at_least);
  });
}

/// What the links and the other services say of each.
struct Around {
  std::vector<bool> links_change;
  std::vector<std::vector<std::size_t>> awaited_by;

  explicit Around(const Plan& plan) : links_change(plan.services.size()), awaited_by(plan.services.size()) {
    for (const auto& link : plan.links) links_change[link.service] = true;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
      for (const auto before : plan.services[i].waits_for) awaited_by[before].push_back(i);
    }
  }
};

void write_service(json::Writer& out, const Plan& plan, std::size_t index, const Around& around) {
  const plan::PlannedService& service = plan.services[index];
  const bool redeploys = service.redeploys();
  out("id", service.id);
  out("name", service.name);
  out("type", service.type);
  out("linked", service.linked_now);
  out("redeploy", service.redeploy);
  out.or_null("because", service.because);
  out.or_null("rebuild", redeploys ? std::optional(service.rebuild) : std::nullopt);
  out.or_null("rebuild_because", redeploys ? service.rebuild_because : "");
  out.or_null("wave", redeploys ? std::optional(service.wave) : std::nullopt);
  out("waits_for", names_of(plan, service.waits_for));
  out.or_null("expected_seconds", whole_seconds(service.expected));
  out("redeployed_by", redeploys ? "envlink" : "nobody");
  // Whether a link change alone makes Render redeploy is not known; with automatic deploys off it does not.
  out("render_may_redeploy", around.links_change[index] && service.auto_deploy);
  out("downtime", redeploys && service.has_disk);
  out("awaited_by", names_of(plan, around.awaited_by[index]));
  out.or_null("usual_seconds", whole_seconds(service.usual));
  out.or_null("likely_seconds", whole_seconds(redeploys ? engine::likely_length(service) : std::nullopt));
}

void write_pairs(json::Writer& out, std::string_view key, const auto& pairs) {
  out.list(key, pairs, [](json::Writer& one, const auto& pair) {
    one("group", pair.group_name);
    one("service", pair.service_name);
  });
}

void write_findings(json::Writer& out, std::string_view key, const Plan& plan,
                    const std::vector<plan::Finding>& findings) {
  out.list(key, findings, [&](json::Writer& one, const plan::Finding& finding) {
    one("id", finding.id);
    one("severity", finding.severity);
    one("subject", finding.subject);
    one("what", finding.what);
    one.or_null("cure", finding.cure);
    one.or_null("variable", finding.variable);
    one.or_null("policy", finding.policy);
    const bool placed = finding.place.line > 0;
    one.or_null("file", placed ? plan.file : "");
    one.or_null("line", placed ? std::optional(finding.place.line) : std::nullopt);
    one.or_null("column", placed ? std::optional(finding.place.column) : std::nullopt);
  });
}

void write_forecast(json::Writer& out, const Plan& plan) {
  const engine::Outlook outlook = engine::outlook(plan);
  out("link_writes", plan.forecast.link_writes);
  out("deploys", plan.forecast.deploys);
  out.or_null("critical_path_seconds", whole_seconds(plan.forecast.critical_path));
  out("reads", [&](json::Writer& reads) {
    reads("links", outlook.link_reads);
    reads("deploys", outlook.deploy_reads);
    reads("looks", outlook.looks);
    reads("proof", outlook.proof_reads);
  });
  out("looks_known", outlook.looks_known);
  out.or_null("wall_seconds", whole_seconds(outlook.wall));
  out("reads_at_least", outlook.reads_at_least);
  out.or_null("wall_at_least_seconds", whole_seconds(outlook.at_least));
}

void write_requests(json::Writer& out, const engine::ReadCounts& made) {
  out("owners", made.owners);
  out("services", made.services);
  out("groups", made.groups);
  out("group", made.group_reads);
  out("deploys", made.deploys);
  out("variables", made.variables);
  out("environments", made.environments);
  out("service", made.unlisted);
  out("repeated", made.repeated);
}

}  // namespace

std::string plan_json(const Plan& plan, const BesidePlan& beside) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out("workspace", named(plan.owner));
    out("file", plan.file);
    out.or_null("sha256", beside.sha256);
    out("refused", plan.refused());
    out("empty", plan.empty());
    out.list("groups", plan.groups, write_group);
    out.list("links", plan.links, [&](json::Writer& one, const plan::LinkChange& link) {
      one("action", link.action);
      one("group", Named{link.group.text(), link.group_name});
      one("service", named(plan.services[link.service]));
    });
    out.list("services", std::views::iota(std::size_t{0}, plan.services.size()),
             [&, around = Around(plan)](json::Writer& one, std::size_t index) {
               write_service(one, plan, index, around);
             });
    std::vector<std::vector<std::string_view>> waves;
    for (const auto& wave : plan.waves) waves.push_back(names_of(plan, wave));
    out("waves", waves);
    out("unmanaged_policy", plan.unmanaged_policy);
    write_pairs(out, "unmanaged", plan.unmanaged);
    write_findings(out, "findings", plan, plan.findings);
    write_findings(out, "ignored", plan, plan.ignored);
    out("forecast", [&](json::Writer& forecast) { write_forecast(forecast, plan); });
    write_pairs(out, "left_behind", plan.left_behind);
    out.or_null("requests", beside.reads, write_requests);
  });
}

}  // namespace envlink::view
