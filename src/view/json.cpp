#include "view/json.h"

#include <ranges>

#include "engine/forecast.h"
#include "view/json_parts.h"

namespace envlink::view {
namespace {

using plan::Plan;

std::vector<std::string_view> names_of(const Plan& plan, const std::vector<std::size_t>& services) {
  std::vector<std::string_view> names;
  for (const auto service : services) names.push_back(plan.services[service].name);
  return names;
}

void write_planned_group(json::Writer& out, const plan::PlannedGroup& group) {
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

void write_planned_service(json::Writer& out, const Plan& plan, std::size_t index, const Around& around) {
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
    write_finding(one, finding);
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

void write_group(json::Writer& out, const model::Group& group, const model::Workspace& workspace) {
  out("id", group.id);
  out("name", group.name);
  out.or_null("environment", group.environment);
  std::vector<Named> linked;
  for (const ServiceId& id : group.links) {
    const model::Service* service = workspace.find_service(id);
    linked.push_back({id.text(), service != nullptr ? std::string_view(service->name) : ""});
  }
  out("linked", linked);
}

void write_explained(json::Writer& out, std::string_view key,
                     const std::vector<plan::ExplainedGroup>& groups) {
  out.list(key, groups, [](json::Writer& one, const plan::ExplainedGroup& group) {
    one("id", group.id);
    one("name", group.name);
    one.or_null("variables", group.variables);
  });
}

void write_source(json::Writer& out, const plan::ExplainedSource& source) {
  out("from", source.group ? "group" : "service");
  out.or_null("group", source.group ? std::optional(Named{source.group->text(), source.name}) : std::nullopt);
  out("compared", source.sameness);
  out("told", source.facts.told);
  out("empty", source.facts.empty);
  out("placeholder", source.facts.placeholder);
  out("stray_space", source.facts.stray_space);
  out("quoted", source.facts.quoted);
}

void write_explained(json::Writer& out, const std::vector<plan::ExplainedVariable>& variables) {
  out.list("variables", variables, [](json::Writer& one, const plan::ExplainedVariable& variable) {
    one("key", variable.key);
    one("rule", variable.rule);
    one("guaranteed", variable.guaranteed());
    one("why", plan::why(variable.rule));
    one.list("sources", variable.sources, write_source);
  });
}

/// A key that goes away has no source left, so it has no rule either.
void write_after(json::Writer& out, const plan::AfterApply& after) {
  std::vector<plan::ExplainedVariable> reaching;
  std::vector<std::string> gone;
  for (const auto& variable : after.variables) {
    if (variable.sources.empty()) gone.push_back(variable.key);
    if (!variable.sources.empty()) reaching.push_back(variable);
  }
  write_explained(out, "linked", after.linked);
  write_explained(out, "unlinked", after.unlinked);
  write_explained(out, reaching);
  out("gone", gone);
}

}  // namespace

std::string plan_json(const Plan& plan, const BesidePlan& beside) {
  return document([&](json::Writer& out) {
    out("workspace", named(plan.owner));
    out("file", plan.file);
    out.or_null("sha256", beside.sha256);
    out("refused", plan.refused());
    out("empty", plan.empty());
    out.list("groups", plan.groups, write_planned_group);
    out.list("links", plan.links, [&](json::Writer& one, const plan::LinkChange& link) {
      one("action", link.action);
      one("group", Named{link.group.text(), link.group_name});
      one("service", named(plan.services[link.service]));
    });
    out.list("services", std::views::iota(std::size_t{0}, plan.services.size()),
             [&, around = Around(plan)](json::Writer& one, std::size_t index) {
               write_planned_service(one, plan, index, around);
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

std::string groups_json(const model::Workspace& workspace) {
  return document([&](json::Writer& out) {
    out("workspace", named(workspace.owner));
    out.list("groups", workspace.groups,
             [&](json::Writer& one, const model::Group& group) { write_group(one, group, workspace); });
  });
}

std::string group_json(const model::Group& group, const model::Workspace& workspace) {
  return document([&](json::Writer& out) {
    out("workspace", named(workspace.owner));
    out("group", [&](json::Writer& one) {
      write_group(one, group, workspace);
      one("keys", model::keys_of(group.variables.value_or(std::vector<model::Variable>{})));
      one("secret_files", group.secret_files);
    });
  });
}

std::string status_json(const plan::Status& status) {
  return document([&](json::Writer& out) {
    out("stale", status.stale());
    out("workspace", named(status.owner));
    out.list("services", status.rows, [&](json::Writer& service, const plan::StatusRow& row) {
      service("id", row.id);
      service("name", row.name);
      service("freshness", row.freshness);
      service("because", row.because);
      service.list("groups", row.cells, [&](json::Writer& group, const plan::StatusCell& cell) {
        group("group", status.groups[cell.group]);
        group("freshness", cell.freshness);
        group("because", cell.because);
      });
    });
  });
}

std::string verification_json(const plan::Verification& verification) {
  return document([&](json::Writer& out) { write_verification(out, verification); });
}

std::string explanation_json(const plan::Explanation& explanation) {
  return document([&](json::Writer& out) {
    out("workspace", named(explanation.owner));
    out("service", [&](json::Writer& service) {
      service("id", explanation.service);
      service("name", explanation.name);
      service("type", explanation.type);
    });
    out.or_null("asked", explanation.asked);
    write_explained(out, "groups", explanation.groups);
    write_explained(out, explanation.variables);
    out.or_null("after_apply", explanation.after, write_after);
  });
}

std::string link_changes_json(const plan::Plan& plan, const engine::Progress& progress) {
  return document([&](json::Writer& out) {
    out("workspace", named(plan.owner));
    write_links(out, plan, progress);
  });
}

std::string runs_json(const std::vector<ListedRun>& runs) {
  return document([&](json::Writer& out) {
    out.list("runs", runs, [](json::Writer& one, const ListedRun& run) {
      one("run", run.number);
      one("workspace", run.workspace);
      one("file", run.file);
      one("user", run.user);
      one("host", run.host);
      one("began", run.began);
      one.or_null("ended", run.ended);
      write_outcome(one, run.outcome);
      one.or_null("undoes", run.undoes);
    });
  });
}

std::string validation_json(const Validation& validation) {
  return document([&](json::Writer& out) {
    out("file", validation.file);
    out("valid", validation.problems.empty());
    out("services", validation.services);
    out("groups", validation.groups);
    out.list("problems", validation.problems, [](json::Writer& one, const FileProblem& problem) {
      one.or_null("line", problem.place.line);
      one.or_null("column", problem.place.column);
      one("what", problem.what);
      one.or_null("cure", problem.cure);
    });
  });
}

std::string init_json(const WrittenFile& written) {
  return document([&](json::Writer& out) {
    out("file", written.file);
    out("groups", written.groups);
    out("services", written.services);
    out("unlinked", written.unlinked);
    out("left_out", written.left_out);
  });
}

}  // namespace envlink::view
