#pragma once
// A small workspace and a file for it: three services in a chain, one group.

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/history.h"

namespace envlink::plan::sample {

inline const Time now{std::chrono::hours(24 * 365 * 56)};

inline model::Deploy deploy(std::string id, std::string status, Time created,
                            std::string trigger = "new_commit") {
  model::Deploy one;
  one.id = DeployId(std::move(id));
  one.status = model::deploy_status_from(status);
  one.status_text = std::move(status);
  one.trigger = std::move(trigger);
  one.created = created;
  one.finished = created + std::chrono::seconds(60);
  return one;
}

inline model::Service service(std::string name) {
  model::Service one;
  one.id = ServiceId("srv-" + name);
  one.name = std::move(name);
  one.type = model::ServiceType::web_service;
  one.type_text = "web_service";
  return one;
}

inline model::Workspace workspace() {
  model::Workspace actual;
  actual.owner = {OwnerId("tea-1"), "acme", "team"};
  actual.digest_key = "key";
  actual.reading = {now, now + std::chrono::seconds(1)};
  actual.services = {service("db"), service("api"), service("web")};
  model::Group group;
  group.id = GroupId("evg-secrets");
  group.name = "secrets";
  group.updated = now - std::chrono::hours(48);
  group.variables = {{"DATABASE_URL"}, {"TOKEN"}};
  for (model::Variable& variable : *group.variables) variable.digest = model::ValueDigest({});
  actual.groups = {group};
  for (const model::Service& one : actual.services) {
    actual.deploys[one.id] = {deploy("dep-" + one.name, "live", now - std::chrono::hours(24))};
    actual.service_variables[one.id] = {};
  }
  return actual;
}

inline SourceString word(std::string text, int line = 1) {
  return {std::move(text), {line, 1}};
}

inline model::DesiredService wanted(std::string name, std::vector<std::string> after, int line) {
  model::DesiredService one;
  one.name = word(std::move(name), line);
  one.link = {word("secrets", line)};
  for (std::string& before : after) one.after.push_back(word(std::move(before), line));
  return one;
}

/// web after api after db, each linked to secrets.
inline model::Desired file() {
  model::Desired desired;
  desired.file = "envlink.yaml";
  model::DesiredGroup group;
  group.name = word("secrets");
  desired.groups = {group};
  desired.services = {wanted("db", {}, 10), wanted("api", {"db"}, 20), wanted("web", {"api"}, 30)};
  return desired;
}

/// The workspace after the file was applied.
inline model::Workspace settled() {
  model::Workspace actual = workspace();
  for (const model::Service& one : actual.services) actual.groups[0].links.push_back(one.id);
  return actual;
}

/// The history after two equal readings: one before the deploys of `actual`, and one now.
inline History seen(const model::Workspace& actual) {
  History history;
  model::Workspace before = actual;
  before.deploys.clear();
  before.reading = {now - std::chrono::hours(50), now - std::chrono::hours(49)};
  history.read(before);
  history.read(actual);
  return history;
}

}  // namespace envlink::plan::sample
