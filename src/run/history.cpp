#include "run/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace envlink::run {
namespace {

/// Another process may store the history at the same time: then it is loaded and updated again.
constexpr int most_tries = 5;

/// Only the plan has the digests of changed values.
void take_value(const plan::Plan& plan, const engine::ValueProved& proved, plan::History& history) {
  if (proved.value.position >= plan.values.size()) return;
  const plan::ValueChange& change = plan.values[proved.value.position];
  history.value_changed(proved.value.group.id, change.key, change.after, plan.digest_key, proved.server_time);
}

void take(std::int64_t run, const engine::Event& event, const std::optional<plan::Plan>& plan,
          plan::History& history) {
  std::visit(engine::ByKind{
                 [&](const engine::ValueProved& it) {
                   if (plan) take_value(*plan, it, history);
                 },
                 [&](const engine::GroupMade& it) { history.group_made(it.group.id, it.server_time); },
                 [&](const engine::LinkIntended& it) { history.change_begins(run, it.link.service.id); },
                 [&](const engine::LinkProved& it) {
                   history.link_changed(it.link.action, it.link.group.id, it.link.service.id, it.server_time);
                 },
                 [&](const engine::DeployIntended& it) { history.change_begins(run, it.service.id); },
                 [&](const engine::DeployAttributed& it) {
                   history.deploy_attributed(run, it.service.id, it.deploy, event.at);
                 },
                 [&](const engine::ServiceEnded& it) {
                   // A requested deploy may still be found when the run is resumed.
                   if (it.state == engine::ServiceOutcome::unsettled && it.deploy.empty()) return;
                   const bool serves = it.state == engine::ServiceOutcome::live;
                   history.service_ended(it.service.id, serves ? it.deploy : DeployId());
                 },
                 [](const auto&) {}},
             event.what);
}

/// Applies `change` to the stored history. If the result cannot be stored, that is reported, and this process
/// uses it all the same. `loaded`: the stored history, if known.
template <class Change>
Result<plan::History> update(Context& context, const OwnerId& workspace, Change change,
                             std::optional<KeptHistory> loaded = {}) {
  for (int attempt = 1;; ++attempt) {
    Result<KeptHistory> kept =
        loaded ? Result<KeptHistory>(std::move(*loaded)) : load_history(context.store, workspace);
    loaded.reset();
    if (!kept) return fail(kept.error());
    change(*kept);
    if (!context.keeps_history) return std::move(kept->history);
    const auto done = context.store.keep_history(workspace.text(), *kept);
    if (!done) context.frontend.report(done.error());
    if (!done || *done || attempt == most_tries) return std::move(kept->history);
  }
}

}  // namespace

bool overtaken(const Context& context, const std::vector<EventCount>& now) {
  const auto& before = context.events_before;
  return !before || std::ranges::any_of(now, [&](const EventCount& one) {
    return one.events != 0 && std::ranges::find(*before, one) == before->end();
  });
}

Result<KeptHistory> load_history(const Store& store, const OwnerId& workspace) {
  auto kept = store.history(workspace.text());
  if (!kept) return kept;
  const auto counts = store.event_counts(workspace.text());
  if (!counts) return fail(counts.error());
  for (const auto& [run, count] : *counts) {
    const auto before = std::ranges::find(kept->taken, run, &EventCount::run);
    const int taken = before == kept->taken.end() ? 0 : before->events;
    if (count <= taken) continue;
    const auto events = store.events(run);
    if (!events) return fail(events.error());
    const auto is_of_a_value = [](const engine::Event& event) { return event.is<engine::ValueProved>(); };
    Result<std::optional<plan::Plan>> plan{};
    if (std::ranges::any_of(*events, is_of_a_value)) plan = store.plan(run);
    if (!plan) return fail(plan.error());
    for (std::size_t i = static_cast<std::size_t>(taken); i < events->size(); ++i) {
      take(run, (*events)[i], *plan, kept->history);
    }
  }
  kept->taken = *counts;
  return kept;
}

Result<void> learn(Context& context, const model::Workspace& reading, std::optional<KeptHistory> loaded) {
  const OwnerId& workspace = reading.owner.id;
  if (loaded) {
    const auto now = context.store.event_counts(workspace.text());
    if (!now || *now != loaded->taken) loaded.reset();
  }
  bool read = false;
  auto known = update(
      context, workspace,
      [&](KeptHistory& kept) {
        read = !overtaken(context, kept.taken);
        if (read) kept.history.read(reading);
      },
      std::move(loaded));
  if (known) {
    // This command judges by its reading all the same.
    if (!read) known->read(reading);
    context.history = std::move(*known);
    return {};
  }
  if (known.error().kind == ErrorKind::unreachable) return fail(known.error());
  context.frontend.report(known.error());
  context.history = {};
  context.history.unreadable = true;
  context.history.read(reading);
  return {};
}

void replace_unreadable(Context& context, const OwnerId& workspace) {
  if (!context.history.unreadable || !context.keeps_history) return;
  const auto kept = load_history(context.store, workspace);
  if (kept || kept.error().kind == ErrorKind::too_new) return;
  const auto now = context.store.event_counts(workspace.text());
  if (!now || overtaken(context, *now)) return;
  KeptHistory anew{context.history, *now, 0};
  anew.history.unreadable = false;
  const auto replaced = context.store.replace_history(workspace.text(), anew);
  if (!replaced) return context.frontend.report(replaced.error());
  context.frontend.say(fmt::format("What the {} knows of this workspace starts again from this reading.",
                                   context.store.name()));
}

Result<void> adopt(Context& context, const model::Workspace& reading) {
  return update(context, reading.owner.id, [&](KeptHistory& kept) { kept.history.adopt(reading); })
      .map([](const plan::History&) {});
}

}  // namespace envlink::run
