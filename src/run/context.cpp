#include "run/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "engine/run_loop.h"
#include "run/history.h"

namespace envlink::run {
namespace {

/// The Date header has whole seconds.
constexpr Duration longest_lag = model::link_lag + std::chrono::seconds(2);

/// Remembers whether a person interrupted it.
class Reading final : public engine::Activity {
 public:
  Reading(const model::Desired& desired, const std::string& workspace, const engine::Budget& budget,
          engine::ReadOptions options)
      : reader(desired, workspace, budget, std::move(options)) {}
  engine::Step step(Time now) override { return reader.step(now); }
  void receive(Time now, engine::Reply reply) override { reader.receive(now, std::move(reply)); }
  void interrupt(Time now) override {
    interrupted = true;
    reader.interrupt(now);
  }
  bool finished() const override { return interrupted || reader.finished(); }
  engine::Budget* limits() override { return reader.limits(); }

  engine::WorkspaceReader reader;
  bool interrupted = false;
};

/// Ctrl-C ends the wait with an error.
Result<void> wait_until(Context& context, engine::Transport& transport, Time until,
                        std::string_view what_for) {
  LockKeeper keeper(context);
  for (Time now = context.clock.now(); now < until; now = context.clock.now()) {
    const Time keep_by = keeper.keep_right(now).value_or(until);
    if (transport.wait(std::min(until, keep_by)).interrupts == 0) continue;
    return fail({.kind = ErrorKind::interrupted,
                 .what = fmt::format("Interrupted while {}", what_for),
                 .cure = "Nothing was changed."});
  }
  return {};
}

/// Of the reading, keeps only the rate limits and the count of its requests.
Result<model::Workspace> carry_out(Context& context, Reading reading) {
  LockKeeper keeper(context);
  const auto observer = context.frontend.watch_reading(reading.reader);
  const auto transport = context.network.connect();
  const bool whole = engine::run(reading, context.clock, *transport, keeper, *observer, context.sharing);
  context.budget = reading.reader.budget();
  context.reads = reading.reader.requests();
  context.frontend.show_reads(context.reads);
  if (!whole || reading.interrupted) {
    return fail({.kind = ErrorKind::interrupted,
                 .what = "Interrupted while reading the workspace",
                 .cure = "Nothing was changed."});
  }
  return reading.reader.result();
}

}  // namespace

model::Outcome end_with(Context& context, const Error& error) {
  context.frontend.report(error);
  return model::outcome_of(error);
}

Result<model::Workspace> read_workspace(Context& context, const model::Desired& desired,
                                        engine::ReadOptions options) {
  options.fingerprinter = context.fingerprinter;
  if (context.digests) {
    Digests digests = context.digests(context.keeps_history);
    options.digest = std::move(digests.make);
    options.digest_key = std::move(digests.key);
  }
  const model::DigestValue digest = options.digest;
  std::optional<KeptHistory> loaded;
  options.history = [&](const model::Workspace& read_so_far) {
    auto kept = load_history(context.store, read_so_far.owner.id);
    if (kept) loaded = std::move(*kept);
    plan::History history = loaded ? loaded->history : plan::History();
    history.read(read_so_far);
    return history;
  };
  const auto counts = context.store.event_counts("");
  if (!counts && counts.error().kind == ErrorKind::unreachable) return fail(counts.error());
  context.events_before = counts ? std::optional(*counts) : std::nullopt;
  const auto result = carry_out(context, {desired, context.workspace, context.budget, std::move(options)});
  if (!result) return fail(result.error());
  context.values = engine::values_read(*result, digest);
  context.deploys_at = result->deploys_at;
  context.values.lost = context.digests && result->digest_key.empty();
  if (const auto learned = learn(context, *result, std::move(loaded)); !learned) return fail(learned.error());
  return *result;
}

Result<model::Owner> read_owner(Context& context, const model::Desired& desired) {
  const auto result = carry_out(context, {desired, context.workspace, context.budget, {.owner_alone = true}});
  if (!result) return fail(result.error());
  return result->owner;
}

Result<void> pause(Context& context, const Wait& wait) {
  if (wait.length <= Duration{0}) return {};
  const auto transport = context.network.connect();  // Ctrl-C is noticed from here on
  context.frontend.say_waiting(wait.says);
  return wait_until(context, *transport, context.clock.now() + wait.length, wait.what_for);
}

Wait until_settled(const model::Workspace& actual, const std::vector<plan::History::Unsettled>& links) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  const Time settled = ceil<seconds>(std::ranges::max(links, {}, &plan::History::Unsettled::at).at);
  // By Render's clock, the reading ended at this time or later.
  const Time read = *actual.reading.until - seconds(1);
  const Duration length = std::clamp(Duration{settled - read}, Duration{0}, longest_lag);
  const model::Service* service = actual.find_service(links.front().service);
  const model::Group* group = actual.find_group(links.front().group);
  const std::string one_of = links.size() == 1 ? "" : fmt::format(" (1 of {} links)", links.size());
  return {length,
          fmt::format("It is not visible yet whether {} runs with {}{}. Waiting {} to read again.",
                      clean(service->name), clean(group->name), one_of, format_duration(length)),
          "waiting for links to show"};
}

std::optional<Time> LockKeeper::keep_right(Time now) {
  if (context_.lock == nullptr) return std::nullopt;
  const auto next = context_.lock->keep(now);
  return next ? *next : std::nullopt;
}

TakenLock::TakenLock(Context& context, std::unique_ptr<Lock> lock, bool waited)
    : context_(&context), lock_(std::move(lock)), waited_(waited) {
  context.lock = lock_.get();
}

TakenLock::~TakenLock() {
  if (lock_) context_->lock = nullptr;
}

Result<TakenLock> take_lock(Context& context, const std::string& workspace, LockWait wait) {
  const Time until = context.clock.now() + wait.longest;
  std::unique_ptr<engine::Transport> transport;
  while (true) {
    auto lock = context.locks.take(workspace, context.clock.now());
    if (lock) return TakenLock(context, std::move(*lock), transport != nullptr);
    const bool waits_on = transport && lock.error().kind == ErrorKind::unreachable;
    if (lock.error().kind != ErrorKind::held && !waits_on) return fail(lock.error());
    if (context.clock.now() >= until) {
      if (!transport) lock.error().cure += "\nOr wait for it: --lock-wait 10m";
      return fail(lock.error());
    }
    if (!transport) {
      transport = context.network.connect();  // Ctrl-C is noticed from here on
      const Error& held = lock.error();
      context.frontend.say_waiting(held.why.empty() ? held.what : held.what + ": " + held.why);
      context.frontend.say_waiting("Waiting for it to end, up to " + format_duration(wait.longest) + ".");
    }
    const Time next_try = std::min(until, context.clock.now() + context.locks.tried_every());
    if (const auto waited = wait_until(context, *transport, next_try, "waiting for the other run"); !waited)
      return fail(waited.error());
  }
}

}  // namespace envlink::run
