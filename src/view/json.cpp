#include "view/json.h"

#include <array>

#include "view/json_parts.h"

namespace envlink::view {
namespace {

void write_group(json::Writer& out, const model::Group& group, const model::Workspace& workspace) {
  out("id", group.id);
  out("name", group.name);
  out.or_null("environment", group.environment);
  out.list("linked", group.links, [&](json::Writer& link, const ServiceId& id) {
    const model::Service* service = workspace.find_service(id);
    link("id", id);
    link("name", service != nullptr ? std::string_view(service->name) : std::string_view());
  });
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
  out.or_null("group", source.group, [&](json::Writer& group, const GroupId& id) {
    group("id", id);
    group("name", source.name);
  });
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
    if (variable.sources.empty()) {
      gone.push_back(variable.key);
    } else {
      reaching.push_back(variable);
    }
  }
  write_explained(out, "linked", after.linked);
  write_explained(out, "unlinked", after.unlinked);
  write_explained(out, reaching);
  out("gone", gone);
}

}  // namespace

std::string groups_json(const model::Workspace& workspace) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out("workspace", named(workspace.owner));
    out.list("groups", workspace.groups,
             [&](json::Writer& one, const model::Group& group) { write_group(one, group, workspace); });
  });
}

std::string group_json(const model::Group& group, const model::Workspace& workspace) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    out("workspace", named(workspace.owner));
    out("group", [&](json::Writer& one) {
      write_group(one, group, workspace);
      one("keys", model::keys_of(group.variables.value_or(std::vector<model::Variable>{})));
      one("secret_files", group.secret_files);
    });
  });
}

std::string status_json(const plan::Status& status) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
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

void write_verification(json::Writer& out, const plan::Verification& verification) {
  constexpr std::array names = {"connection", "groups", "links", "deploys", "health"};
  std::vector<plan::VerifiedStep> steps(verification.steps.begin(), verification.steps.end());
  if (verification.health) steps.push_back(*verification.health);
  out("passed", verification.passed());
  out("workspace", named(verification.owner));
  std::size_t number = 0;
  out.list("steps", steps, [&](json::Writer& one, const plan::VerifiedStep& step) {
    one("step", number + 1);
    one("name", names[number++]);
    one("passed", step.passed);
    one("title", step.title);
    one("problems", step.problems);
  });
  out.list("services", verification.services, [](json::Writer& one, const plan::VerifiedService& service) {
    one("id", service.id);
    one("name", service.name);
    one("freshness", service.freshness);
    one("because", service.because);
  });
}

std::string verification_json(const plan::Verification& verification) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    write_verification(out, verification);
  });
}

std::string explanation_json(const plan::Explanation& explanation) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
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

}  // namespace envlink::view
