#pragma once
// Parts that several JSON documents share.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/progress.h"
#include "json/writer.h"
#include "plan/plan.h"
#include "plan/verification.h"

namespace envlink::view {

/// {"id": …, "name": …}
struct Named {
  std::string_view id;
  std::string_view name;
};
void fields(auto& visit, json::Like<Named> auto& named) {
  visit("id", named.id);
  visit("name", named.name);
}

/// For anything with an id and a name: a service, a group, a workspace. It must outlive the result.
Named named(const auto& thing) {
  return {thing.id.text(), thing.name};
}

std::vector<Named> named(const plan::Plan& plan, const std::vector<std::size_t>& services);

/// Rounded to seconds.
inline std::optional<std::int64_t> whole_seconds(const std::optional<Duration>& span) {
  if (!span) return std::nullopt;
  return std::chrono::round<std::chrono::seconds>(*span).count();
}

/// Rounded to milliseconds.
inline double seconds_of(Duration span) {
  return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(span)).count();
}

/// A document with the members that `write(out)` adds.
std::string document(const auto& write) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    write(out);
  });
}

/// The member `values`: each planned change of a value with its state; left out if there are none.
void write_values(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);
/// One change of a value, without the value.
void write_value(json::Writer& out, const plan::ValueChange& value);
/// One change of a link.
void write_link(json::Writer& out, const plan::Plan& plan, const plan::LinkChange& link);
/// The group that the run creates, if any.
void write_new_group(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);
/// The member `links`: each planned change of a link with its state.
void write_links(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);
/// The state of one service in a run.
void write_service(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress,
                   std::size_t service);
/// The members `outcome` and `exit_code`; null: unfinished.
void write_outcome(json::Writer& out, const std::optional<model::Outcome>& outcome);
void write_finding(json::Writer& out, const plan::Finding& finding);
/// The members `findings` and `ignored`, each finding with its place in the file.
void write_findings(json::Writer& out, const plan::FindingList& found);
/// The evidence for a freshness.
void write_evidence(json::Writer& out, const plan::Evidence& evidence);
/// How fresh a service is: a plan::StatusRow or a plan::VerifiedService.
void write_freshness(json::Writer& out, const auto& service) {
  const std::optional<plan::RunningDeploy>& running = service.running;
  out("id", service.id);
  out("name", service.name);
  out("freshness", service.freshness);
  out("because", service.because);
  out.or_null("deploy_id", running ? running->id.text() : std::string());
  out.or_null("deploy_began", running ? running->began : std::nullopt);
  write_evidence(out, service.evidence);
}
void write_verification(json::Writer& out, const plan::Verification& verification);

}  // namespace envlink::view
