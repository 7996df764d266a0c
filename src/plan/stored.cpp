#include "plan/stored.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/stored_fields.h"

namespace envlink::plan {
namespace {

/// What a rollout takes for granted. Waves that rise along `waits_for` rule out that services wait in a ring.
std::string trouble_with(const Plan& plan) {
  const std::size_t count = plan.services.size();
  const auto leads_nowhere = [count](std::size_t index) { return index >= count; };
  if (std::any_of(plan.links.begin(), plan.links.end(),
                  [&](const LinkChange& link) { return leads_nowhere(link.service); })) {
    return "a link is of no service of the plan";
  }
  for (const auto& wave : plan.waves) {
    if (std::any_of(wave.begin(), wave.end(), leads_nowhere)) return "a wave holds no service of the plan";
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::size_t before : plan.services[i].waits_for) {
      if (leads_nowhere(before)) return fmt::format("`services[{}]` waits for no service of the plan", i);
      if (plan.services[before].wave >= plan.services[i].wave) {
        return fmt::format("`services[{}]` waits for one that is not in an earlier wave", i);
      }
    }
  }
  if (plan.rollout.max_parallel < 1) return "`rollout.max_parallel` lets no service begin";
  return {};
}

Error unreadable(std::string why) {
  return {
      .what = "A stored plan cannot be read", .why = std::move(why), .cure = "Make a new plan: envlink plan"};
}

}  // namespace

std::string to_json(const Plan& plan) {
  return json::to_text([&](json::Writer& out) { write_stored(out, plan); });
}

void write_stored(json::Writer& out, const Plan& plan) {
  out("version", 1);
  fields(out, plan);
}

tl::expected<Plan, std::string> read_stored(const json::Value& value) {
  if (!value.is_object()) return tl::unexpected<std::string>("it is no JSON object");
  std::optional<json::Fault> fault;
  json::Reader reader(value, value, fault);
  int version = 1;
  reader("version", version);
  if (!fault && version != 1) {
    return tl::unexpected(fmt::format("its version is {}, and this envlink knows 1", version));
  }
  auto plan = json::read<Plan>(value, value);
  if (fault || !plan) return tl::unexpected((fault ? *fault : plan.error()).text());
  if (auto trouble = trouble_with(*plan); !trouble.empty()) return tl::unexpected(std::move(trouble));
  return std::move(*plan);
}

Result<Plan> plan_from_json(std::string_view text) {
  json::Document document;
  const auto root = document.read(text, stored_limits);
  if (!root) return fail(unreadable(root.error().text()));
  auto plan = read_stored(**root);
  if (!plan) return fail(unreadable(std::move(plan.error())));
  return std::move(*plan);
}

}  // namespace envlink::plan
