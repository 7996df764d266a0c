#include "value_oracle.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/written_value.h"
#include "json/document.h"
#include "violation.h"

namespace envlink::simulation {
namespace {

std::string text_of(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value == nullptr ? std::string() : std::string(value->text);
}

/// "/env-groups/GROUP/env-vars/KEY": the group and the key; unset: the request is not about a value.
std::optional<std::pair<std::string, std::string>> value_in(std::string_view target) {
  constexpr std::string_view root = "/env-groups/";
  if (!target.starts_with(root)) return std::nullopt;
  target.remove_prefix(root.size());
  const std::size_t end = target.find('/');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = target.substr(end + 1);
  for (const auto& [kind, prefix] : {std::pair<std::string_view, std::string_view>{"env-vars/", ""},
                                     {"secret-files/", model::file_prefix}}) {
    if (rest.starts_with(kind))
      return std::pair(std::string(target.substr(0, end)),
                       std::string(prefix).append(rest.substr(kind.size())));
  }
  return std::nullopt;
}

}  // namespace

bool is_about_a_value(const api::Request& request) {
  return value_in(request.target).has_value();
}

std::optional<std::string> ValueOracle::in_world(const std::string& group, const std::string& key) const {
  const std::string* value = world_.value(group, key);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

void ValueOracle::run_begins(const plan::Plan& plan, const Values& planned_from, const ValueOracle* undone) {
  plan_ = &plan;
  planned_from_ = planned_from;
  for (const plan::ValueChange& change : plan.values) {
    if (undone == nullptr) break;
    const auto ours = std::ranges::find_if(undone->plan_->values, [&](const plan::ValueChange& one) {
      return one.group == change.group && one.key == change.key;
    });
    const auto position = static_cast<std::size_t>(ours - undone->plan_->values.begin());
    if (planned_from_.at({change.group.text(), change.key}) != undone->target(position))
      throw Violation(fmt::format("values: a rollback would undo what somebody else made of {}", change.key));
  }
  targets_.clear();
  before_.clear();
  for (const emulator::SeedGroup& group : scenario_.workspace.groups) {
    for (const std::string_view key : written_keys)
      before_[{group.id, std::string(key)}] = in_world(group.id, std::string(key));
  }
  for (const plan::ValueChange& change : plan.values) {
    const std::string& group = change.group.text();
    if (undone != nullptr) {
      targets_.push_back(undone->planned_from_.at({group, change.key}));
      continue;
    }
    const auto wish = std::ranges::find_if(scenario_.values, [&](const WishedValue& one) {
      return one.group_id == group && one.key == change.key;
    });
    if (wish == scenario_.values.end())
      throw Violation(fmt::format("values: the plan changes {}, which nobody asked for", change.key));
    targets_.push_back(wish->value);
  }
  open_.assign(plan.values.size(), false);
  proved_ = kept_ = open_;
  shown_.clear();
}

void ValueOracle::kept(const std::vector<engine::PriorValue>& undo) {
  for (const engine::PriorValue& value : undo) kept_.at(value.position) = true;
}

void ValueOracle::recorded(const engine::Event& event) {
  if (const auto* intended = event.as<engine::ValueIntended>()) open_.at(intended->value.position) = true;
  if (const auto* answered = event.as<engine::ValueAnswered>()) open_.at(answered->value.position) = false;
  if (event.is<engine::DeployIntended>()) all_are_read_back("a deploy was asked for");
  if (event.is<engine::LinkIntended>()) all_are_read_back("a link was changed");
  const auto* proved = event.as<engine::ValueProved>();
  if (proved == nullptr) return;
  const plan::ValueChange& change = plan_->values.at(proved->value.position);
  const auto shown = shown_.find({change.group.text(), change.key});
  if (shown == shown_.end() || shown->second != target(proved->value.position))
    throw Violation(fmt::format("values: {} is told to be read back, and no reading showed it", change.key));
  proved_.at(proved->value.position) = true;
}

void ValueOracle::all_are_read_back(std::string_view what) const {
  for (std::size_t i = 0; i < proved_.size(); ++i) {
    if (!proved_[i])
      throw Violation(fmt::format("values: {} before {} was read back", what, plan_->values[i].key));
  }
}

void ValueOracle::sent(const api::Request& request) const {
  const auto about = value_in(request.target);
  if (!about) return all_are_read_back("a request was sent");
  const auto change = std::ranges::find_if(plan_->values, [&](const plan::ValueChange& one) {
    return one.group.text() == about->first && one.key == about->second;
  });
  if (change == plan_->values.end())
    throw Violation(fmt::format("values: {} was written, which the plan does not name", about->second));
  const auto position = static_cast<std::size_t>(change - plan_->values.begin());
  if (!open_.at(position))
    throw Violation(
        fmt::format("invariant 6: {} was written, and the journal does not tell of it", change->key));
  if (plan_->keeps_undo && !kept_.at(position))
    throw Violation(fmt::format("values: {} was written before what it was had been kept", change->key));
  json::Document document;
  const auto body = document.read(api::WrittenValue::body_of(request));
  const std::string written = body && (*body)->is_object()
                                  ? text_of(**body, model::is_file_key(change->key) ? "content" : "value")
                                  : std::string();
  is_still_as_planned(*change);
  const bool sets = request.method == api::Method::put;
  if (sets != target(position).has_value() || (sets && written != *target(position)))
    throw Violation(fmt::format("values: {} was written with another value", change->key));
}

/// Every group of the plan must have been read first, and the value must be as in the plan.
void ValueOracle::is_still_as_planned(const plan::ValueChange& change) const {
  for (const plan::ValueChange& one : plan_->values) {
    if (!shown_.contains({one.group.text(), one.key}))
      throw Violation(
          fmt::format("values: {} was written before {} had been looked at", change.key, one.group_name));
  }
  const std::pair key(change.group.text(), change.key);
  const auto position = static_cast<std::size_t>(&change - plan_->values.data());
  if (shown_.at(key) != planned_from_.at(key) && shown_.at(key) != target(position))
    throw Violation(fmt::format("values: {} was written over what somebody made of it", change.key));
}

void ValueOracle::told(const Values& group) {
  for (const auto& [key, value] : group) shown_[key] = value;
}

ValueOracle::Values ValueOracle::values_in(std::string_view group, std::string_view body) {
  Values shown;
  json::Document document;
  const auto root = document.read(body);
  if (!root) return shown;
  for (const std::string_view key : written_keys) shown[{std::string(group), std::string(key)}].reset();
  const auto take = [&](std::string_view list, std::string_view name, std::string_view text,
                        std::string_view prefix) {
    const json::Value* items = (*root)->find(list);
    if (items == nullptr || !items->is_list()) return;
    for (const json::Value* one = items->first(); one != items->next(); one = one->next())
      shown[{std::string(group), std::string(prefix) + text_of(*one, name)}] = text_of(*one, text);
  };
  take("envVars", "key", "value", "");
  take("secretFiles", "name", "content", model::file_prefix);
  return shown;
}

void ValueOracle::success_is_true() const {
  for (std::size_t i = 0; i < proved_.size(); ++i) {
    const plan::ValueChange& change = plan_->values[i];
    if (in_world(change.group.text(), change.key) != target(i))
      throw Violation(fmt::format("values: success was reported, and {} is another one", change.key));
  }
  for (const auto& [key, before] : before_) {
    const bool planned = std::ranges::any_of(plan_->values, [&](const plan::ValueChange& one) {
      return one.group.text() == key.first && one.key == key.second;
    });
    if (!planned && in_world(key.first, key.second) != before)
      throw Violation(fmt::format("values: {} changed, which the plan does not name", key.second));
  }
}

void ValueOracle::is_carried(std::size_t deploy) const {
  for (std::size_t i = 0; i < proved_.size(); ++i) {
    const plan::ValueChange& change = plan_->values[i];
    if (!world_.carries_link(deploy, change.group.text())) continue;
    const std::string* carried = world_.carried_value(deploy, change.group.text(), change.key);
    if ((carried == nullptr ? std::nullopt : std::optional(*carried)) != target(i))
      throw Violation(fmt::format("values: {} is told to be live, and runs with another {}",
                                  world_.deploy(deploy).id, change.key));
  }
}

void ValueOracle::went_back() const {
  for (const auto& [key, before] : before_) {
    if (in_world(key.first, key.second) != before)
      throw Violation(fmt::format("values: a rollback was reported, and {} is not what it was", key.second));
  }
}

}  // namespace envlink::simulation
