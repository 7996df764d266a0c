#pragma once
// What several documents for programs have in common.

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

/// Of whatever has an id and a name: a service, a group, a workspace. It must live on.
Named named(const auto& thing) {
  return {thing.id.text(), thing.name};
}

std::vector<Named> named(const plan::Plan& plan, const std::vector<std::size_t>& services);

/// To the second.
inline std::optional<std::int64_t> whole_seconds(const std::optional<Duration>& span) {
  if (!span) return std::nullopt;
  return std::chrono::round<std::chrono::seconds>(*span).count();
}

/// To the millisecond.
inline double seconds_of(Duration span) {
  return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(span)).count();
}

/// A document whose members `write(out)` writes.
std::string document(const auto& write) {
  return json::document([&](json::Writer& out) {
    out("version", 1);
    write(out);
  });
}

/// The member `values`: every change of a value that the plan asks for, and where it stands; left out where
/// there are none.
void write_values(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);
/// A change of a value: of what it is changed to, nothing.
void write_value(json::Writer& out, const plan::ValueChange& value);
/// A change of a link.
void write_link(json::Writer& out, const plan::Plan& plan, const plan::LinkChange& link);
/// The member `links`: every change of a link that the plan asks for, and where it stands.
/// The group that the run makes, where it makes one.
void write_new_group(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);
void write_links(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress);
/// Where a service of a run stands.
void write_service(json::Writer& out, const plan::Plan& plan, const engine::Progress& progress,
                   std::size_t service);
/// The members `outcome` and `exit_code`; null: it is unfinished.
void write_outcome(json::Writer& out, const std::optional<model::Outcome>& outcome);
void write_finding(json::Writer& out, const plan::Finding& finding);
/// The members `findings` and `ignored`, each finding with its place in the file.
void write_findings(json::Writer& out, const plan::FindingList& found);
/// What a freshness rests on.
void write_evidence(json::Writer& out, const plan::Evidence& evidence);
/// "deploy_id" and "deploy_began" of the deploy that serves.
void write_running(json::Writer& out, const std::optional<plan::RunningDeploy>& running);
void write_verification(json::Writer& out, const plan::Verification& verification);

}  // namespace envlink::view
