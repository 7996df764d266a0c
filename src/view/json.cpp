#include "view/json.h"

#include <ranges>

#include "base/text.h"
#include "engine/event_json.h"
#include "engine/forecast.h"
#include "view/json_parts.h"
#include "view/rollout_status.h"

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
  out("secret_files", group.secret_files);
  out.if_any("unchanged", group.unchanged);
  out.or_null("asked", group.asked, [](json::Writer& asked, const model::VariableCount& count) {
    asked("number", count.number);
    asked("at_least", count.at_least);
  });
}

/// `relinked`: its links change; `awaited_by`: services that wait for it.
void write_planned_service(json::Writer& out, const Plan& plan, std::size_t index, bool relinked,
                           const std::vector<std::size_t>& awaited_by) {
  const plan::PlannedService& service = plan.services[index];
  const bool redeploys = service.redeploys();
  out("id", service.id);
  out("name", service.name);
  out("type", service.type);
  out("linked", service.linked_now);
  out("redeploy", service.redeploy);
  out.or_null("because", service.because);
  out.or_null("unproven", service.unproven);
  out.or_null("rebuild", redeploys ? std::optional(service.rebuild) : std::nullopt);
  out.or_null("rebuild_because", redeploys ? service.rebuild_because : "");
  out.or_null("wave", redeploys ? std::optional(service.wave) : std::nullopt);
  out("waits_for", names_of(plan, service.waits_for));
  out.or_null("expected_seconds", whole_seconds(service.expected_duration));
  out("redeployed_by", redeploys ? "envlink" : "nobody");
  // With automatic deploys off, Render does not redeploy after such a change; otherwise it is unknown.
  const bool changes = relinked || service.redeploy == plan::Reason::values_change;
  out("render_may_redeploy", changes && service.auto_deploy && !service.hold);
  out.if_any("hold", service.hold && service.auto_deploy);
  out("downtime", redeploys && service.has_disk);
  out("awaited_by", names_of(plan, awaited_by));
  out.or_null("median_seconds", whole_seconds(service.median_duration));
  out.or_null("likely_seconds", whole_seconds(redeploys ? engine::likely_length(service) : std::nullopt));
}

void write_pairs(json::Writer& out, std::string_view key, const auto& pairs) {
  out.list(key, pairs, [](json::Writer& one, const auto& pair) {
    one("group", pair.group_name);
    one("service", pair.service_name);
  });
}

void write_forecast(json::Writer& out, const Plan& plan) {
  const engine::Forecast forecast = engine::forecast(plan);
  out.if_any("hold_writes", forecast.hold_writes);
  out.if_any("group_writes", forecast.group_writes);
  out.if_any("value_writes", forecast.value_writes);
  out("link_writes", forecast.link_writes);
  out("deploys", plan.deploys());
  out.or_null("critical_path_seconds", whole_seconds(forecast.critical_path));
  out("reads", [&](json::Writer& reads) {
    reads.if_any("holds", forecast.hold_reads);
    reads.if_any("group", forecast.group_reads);
    reads.if_any("values", forecast.value_reads);
    reads("links", forecast.link_reads);
    reads("deploys", forecast.deploy_reads);
    reads("polls", forecast.polls);
    reads("proof", forecast.proof_reads);
  });
  out("polls_known", forecast.polls_known);
  out.or_null("wall_seconds", whole_seconds(forecast.wall));
  out("reads_at_least", forecast.reads_at_least);
  out.or_null("wall_at_least_seconds", whole_seconds(forecast.at_least));
}

void write_requests(json::Writer& out, const engine::ReadCounts& made) {
  out("owners", made.owners);
  out("services", made.services);
  out("groups", made.groups);
  out("group", made.group_reads);
  out("deploys", made.deploys);
  out("variables", made.variables);
  out("secret_files", made.secret_files);
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
    one("secret_files", group.secret_files);
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
  out.or_null("stray", source.facts.stray);
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

/// A removed key has no source, and so no rule.
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

void write_only(json::Writer& out, const plan::Only& only) {
  out("words", only.words);
  out("in_file", only.in_file);
  out("selected", only.selected);
  out.list("with", only.with, [](json::Writer& one, const plan::Companion& companion) {
    one("service", companion.service_name);
    one("needed_by", companion.needed_by);
  });
  out("left_out", only.left_out);
}

void write_run(json::Writer& out, const ToldRun& run) {
  const engine::Progress& progress = run.progress;
  out.or_null("run", run.number);
  out.or_null("undoes", run.plan.undoes);
  out.or_null("began", progress.began_at);
  out.or_null("ended", progress.ended_at);
  write_outcome(out, progress.ended_at ? std::optional(progress.outcome) : std::nullopt);
  write_new_group(out, run.plan, progress);
  write_values(out, run.plan, progress);
  write_links(out, run.plan, progress);
  out.key("services");
  out.begin_array();
  for (std::size_t i = 0; i < run.plan.services.size(); ++i) {
    if (progress.services[i].phase == engine::ServicePhase::unchanged) continue;
    out.object([&](json::Writer& service) { write_service(service, run.plan, progress, i); });
  }
  out.end_array();
}

/// Nothing to do if it is done without a run.
model::Outcome outcome_of(const RunAccount& account) {
  const bool no_run = account.outcome == model::Outcome::done && account.runs.empty();
  return no_run ? model::Outcome::nothing_to_do : account.outcome;
}

void write_account(json::Writer& out, const RunAccount& account) {
  out("command", account.command);
  write_outcome(out, outcome_of(account));
  out.or_null("message", account.message);
  const auto& runs = account.runs;
  const auto workspace = account.workspace || runs.empty() ? account.workspace : runs.front().plan.owner;
  out.or_null("workspace", workspace ? std::optional(named(*workspace)) : std::nullopt);
  out.list("runs", runs, write_run);
  out.or_null("verification", account.verification, write_verification);
}

}  // namespace

std::string plan_json(const Plan& plan, const BesidePlan& beside) {
  return document([&](json::Writer& out) {
    out("workspace", named(plan.owner));
    out("file", plan.file);
    out.or_null("sha256", beside.sha256);
    if (plan.only) out("only", [&](json::Writer& only) { write_only(only, *plan.only); });
    out("refused", plan.refused());
    out("empty", plan.empty());
    out("journal_unreadable", plan.journal_unreadable);
    out.list("groups", plan.groups, write_planned_group);
    if (!plan.values.empty()) out.list("values", plan.values, write_value);
    out.list("links", plan.links, [&](json::Writer& one, const auto& link) { write_link(one, plan, link); });
    const auto awaited = awaited_by(plan);
    out.list("services", std::views::iota(std::size_t{0}, plan.services.size()),
             [&](json::Writer& one, std::size_t index) {
               const bool relinked =
                   std::ranges::find(plan.links, index, &plan::LinkChange::service) != plan.links.end();
               write_planned_service(one, plan, index, relinked, awaited[index]);
             });
    std::vector<std::vector<std::string_view>> waves;
    for (const auto& wave : plan.waves) waves.push_back(names_of(plan, wave));
    out("waves", waves);
    out("unmanaged_policy", plan.unmanaged_policy);
    write_pairs(out, "unmanaged", plan.unmanaged);
    write_findings(out, plan.found());
    out("forecast", [&](json::Writer& forecast) { write_forecast(forecast, plan); });
    write_pairs(out, "stale_consumers", plan.stale_consumers);
    out.or_null("requests", beside.reads, write_requests);
  });
}

std::string groups_json(const model::Workspace& workspace) {
  return document([&](json::Writer& out) {
    out("workspace", named(workspace.owner));
    out.list("groups", workspace.groups, [&](json::Writer& one, const model::Group& group) {
      write_group(one, group, workspace);
      if (group.variables) {
        one("variables", group.variables->size());
      } else {
        one.or_null("variables", std::string_view());
      }
      one("secret_files", group.secret_files.size());
    });
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
    out("journal_unreadable", status.journal_unreadable);
    out("workspace", named(status.owner));
    if (status.why) out("audit_log", status.audit_log);
    out.list("services", status.rows, [&](json::Writer& service, const plan::StatusRow& row) {
      write_freshness(service, row);
      service.list("groups", row.cells, [&](json::Writer& group, const plan::StatusCell& cell) {
        group("group", status.groups[cell.group]);
        group("freshness", cell.freshness);
        group("because", cell.because);
        write_evidence(group, cell.evidence);
      });
      if (!status.why) return;
      service.list("changes", row.changes, [&](json::Writer& one, const plan::GroupChange& change) {
        one("at", change.at);
        one.or_null("by", change.by);
        one("event", change.event);
        one("group", status.groups[change.group]);
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
      one.or_null("changes", run.changes, [](json::Writer& changes, const RunChanges& counts) {
        changes("groups", counts.groups);
        changes("values", counts.values);
        changes("links", counts.links);
        changes("deploys", counts.deploys);
      });
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

std::string run_account_json(const RunAccount& account) {
  return document([&](json::Writer& out) { write_account(out, account); });
}

std::string stream_head(std::string_view command, std::string_view envlink_version) {
  return json::document_line([&](json::Writer& out) {
    out("version", 1);
    out("stream", "envlink.events");
    out("envlink", envlink_version);
    out("command", command);
  });
}

std::string event_line(std::int64_t run, const engine::Event& event) {
  return json::document_line([&](json::Writer& out) {
    out.or_null("run", run);
    fields(out, event);
  });
}

std::string outcome_line(const RunAccount& account) {
  return json::document_line([&](json::Writer& out) {
    out("event", "outcome");
    write_account(out, account);
  });
}

std::string rehearsal_stream(const Rehearsal& rehearsal, std::string_view envlink_version) {
  RunAccount account{.command = "rehearse",
                     .outcome = rehearsal.outcome,
                     .message = join(rehearsal.problems, "\n"),
                     .workspace = rehearsal.plan.owner,
                     .runs = {},
                     .verification = {}};
  std::string lines = stream_head(account.command, envlink_version);
  for (const RehearsedRun& run : rehearsal.runs) {
    for (const engine::Event& event : run.events) lines += event_line(0, event);
    account.runs.push_back({0, run.plan, engine::Progress::of(run.plan, run.events)});
  }
  return lines + outcome_line(account);
}

}  // namespace envlink::view
