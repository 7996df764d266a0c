#include "plan/stored.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.h"
#include "plan/stored_fields.h"

namespace envlink::plan {
namespace {

/// Checks what a rollout relies on. Waves that increase along `waits_for` exclude cycles.
std::string trouble_with(const Plan& plan) {
  const std::size_t count = plan.services.size();
  const auto leads_nowhere = [count](std::size_t index) { return index >= count; };
  if (std::any_of(plan.links.begin(), plan.links.end(),
                  [&](const LinkChange& link) { return leads_nowhere(link.service); })) {
    return "a link names no service of the plan";
  }
  for (const auto& wave : plan.waves) {
    if (std::any_of(wave.begin(), wave.end(), leads_nowhere)) return "a wave names no service of the plan";
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::size_t before : plan.services[i].waits_for) {
      if (leads_nowhere(before)) return fmt::format("`services[{}]` waits for no service of the plan", i);
      if (plan.services[before].wave >= plan.services[i].wave) {
        return fmt::format("`services[{}]` waits for one that is not in an earlier wave", i);
      }
    }
  }
  if (plan.rollout.max_parallel < 1) return "`rollout.max_parallel` lets no service start";
  return {};
}

Error unreadable(std::string why) {
  return {
      .what = "A stored plan cannot be read", .why = std::move(why), .cure = "Make a new plan: envlink plan"};
}

constexpr std::string_view before_hash = R"(,"sha256":")";
constexpr std::string_view after_hash = R"("})";
constexpr std::size_t hash_size = 64;

tl::unexpected<Error> unfit(std::string why) {
  return fail({.why = std::move(why), .cure = "Make a new one: envlink plan --out FILE"});
}

/// The text without its hash at the end; nullopt if it does not have that form.
std::optional<std::string> without_hash(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  constexpr std::size_t tail = before_hash.size() + hash_size + after_hash.size();
  if (text.size() < tail || !text.ends_with(after_hash)) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - tail);
  if (text.substr(body.size(), before_hash.size()) != before_hash) return std::nullopt;
  return std::string(body) + "}";
}

/// Plan files are shared, so they contain neither digests nor the folder of the plan.
Plan for_others(Plan plan) {
  plan.digest_key.clear();
  for (ValueChange& value : plan.values) {
    value.before.clear();
    value.after.clear();
  }
  for (PlannedGroup& group : plan.groups) group.values_from.reset();
  return plan;
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
  if (!value.is_object()) return tl::unexpected<std::string>("it is not a JSON object");
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

PlanText plan_file_text(const Plan& plan, const PlanSnapshot& basis) {
  std::string text = json::to_text([&](json::Writer& out) {
    out("version", 1);
    out("plan", [&](json::Writer& stored) { write_stored(stored, for_others(plan)); });
    out("basis", basis);
  });
  std::string hash = sha256_hex(text);
  text.pop_back();
  text += fmt::format("{}{}{}\n", before_hash, hash, after_hash);
  return {std::move(text), std::move(hash)};
}

Result<PlanFile> read_plan_file(std::string_view text) {
  json::Document document;
  const auto root = document.read(text, stored_limits);
  if (!root) return unfit(root.error().text());
  const json::Value* version = (*root)->find("version");
  if (version == nullptr || version->kind != json::Kind::whole) return unfit("it is not an envlink plan");
  if (version->whole > 1) {
    return fail({.why = fmt::format("its version is {}, and this envlink knows 1", version->whole),
                 .cure = "Use the envlink that made it, or a newer one."});
  }
  const json::Value* plan = (*root)->find("plan");
  const json::Value* basis = (*root)->find("basis");
  const json::Value* hash = (*root)->find("sha256");
  if (plan == nullptr || basis == nullptr || hash == nullptr) return unfit("it is not an envlink plan");
  const auto hashed = without_hash(text);
  std::string found = hashed ? sha256_hex(*hashed) : std::string{};
  if (!hashed || found != hash->text) {
    return unfit("its hash does not match: it was changed after envlink wrote it");
  }
  auto read_plan = read_stored(*plan);
  if (!read_plan) return unfit(std::move(read_plan.error()));
  auto read_basis = json::read<PlanSnapshot>(*basis, **root);
  if (!read_basis) return unfit(read_basis.error().text());
  if (!read_plan->values.empty()) return unfit("it changes values, which a plan file cannot");
  return PlanFile{std::move(*read_plan), std::move(*read_basis), std::move(found)};
}

}  // namespace envlink::plan
