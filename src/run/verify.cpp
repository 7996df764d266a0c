#include "run/commands.h"

#include <fmt/format.h>

#include "api/endpoints.h"
#include "base/text.h"
#include "engine/health.h"
#include "engine/run_loop.h"

namespace envlink::run {
namespace {

Result<plan::VerifiedStep> ask_health(Context& context, const plan::Verification& verification,
                                      const model::Workspace& actual, const model::ApiSettings& settings) {
  std::vector<engine::HealthTarget> targets;
  for (const plan::VerifiedService& one : verification.services) {
    const model::Service* service = actual.find_service(one.id);
    if (service != nullptr && !model::health_url(*service).empty())
      targets.push_back({service->name, api::get_health(*service)});
  }
  engine::HealthCheck check(targets, settings);
  engine::NullObserver nobody;
  const auto transport = context.network.connect();
  const bool whole = engine::run(check, context.clock, *transport, nobody, nobody);
  if (!whole || check.interrupted()) {
    return fail({.kind = ErrorKind::interrupted,
                 .what = "Interrupted while checking the health paths",
                 .cure = "Nothing was changed. Run it again: envlink verify --health"});
  }
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!check.answers()[i].healthy)
      problems.push_back(
          fmt::format("service {}: its health path {}", clean(targets[i].name), check.answers()[i].told));
  }
  if (targets.empty()) return plan::VerifiedStep{true, "No web service in the file has a health path", {}};
  const std::string count = count_of(targets.size(), "health path answers", "health paths answer");
  return plan::VerifiedStep{
      problems.empty(), problems.empty() ? count : "Not every health path answers with success", problems};
}

}  // namespace

Result<plan::Verification> verify(Context& context, const model::Desired& wanted, bool health) {
  const auto actual = read_workspace(context, wanted, {.include_preflight_data = false});
  if (!actual) return fail(actual.error());
  plan::Verification verification = plan::verify(wanted, *actual, context.history);
  if (health) {
    auto step = ask_health(context, verification, *actual, wanted.api);
    if (!step) return fail(step.error());
    verification.health = std::move(*step);
  }
  return verification;
}

}  // namespace envlink::run
