#include "engine/shared_windows.h"

#include <algorithm>
#include <utility>

#include "json/reader.h"
#include "json/writer.h"

namespace envlink::api {

void fields(auto& visit, json::Like<RateLimit> auto& limit) {
  visit("limit", limit.limit);
  visit("remaining", limit.remaining);
  visit("reset", limit.reset);
}

}  // namespace envlink::api

namespace envlink::engine {
namespace {

constexpr int newest_version = 1;
constexpr json::Limits limits{.depth = 8};

}  // namespace

void fields(auto& visit, json::Like<Window> auto& window) {
  visit("known", window.known);
  visit("limit", window.limit);
  visit("told", window.told);
  visit("in_flight", window.in_flight);
  visit("unseen", window.unseen);
  visit("sent_at", window.sent_at);
  visit("lost_at", window.lost_at);
  visit("ends_from", window.ends_from);
  visit("resets", window.resets);
  visit("blocked_until", window.blocked_until);
  visit("length", window.length);
  visit("spent", window.spent);
  visit("from_start", window.from_start);
  visit("last_end", window.last_end);
  visit("first_told", window.first_told);
  visit("since_first", window.since_first);
  visit("first_at", window.first_at);
  visit("watched", window.watched);
  visit("others", window.others);
  visit("shared", window.shared);
}

void fields(auto& visit, json::Like<InBucket<Window>> auto& one) {
  visit("bucket", one.bucket);
  visit("window", one.entry);
}
void fields(auto& visit, json::Like<InBucket<int>> auto& one) {
  visit("bucket", one.bucket);
  visit("requests", one.entry);
}
void fields(auto& visit, json::Like<SharedWindows::Sharer> auto& sharer) {
  visit("process", sharer.process);
  visit("turn", sharer.turn);
  visit("seen", sharer.seen);
  visit("allotted", sharer.allotted);
  visit("granted", sharer.granted);
}
void fields(auto& visit, json::Like<SharedWindows::State> auto& state) {
  visit("version", state.version);
  // The fields of a later version are unknown.
  if (state.version > newest_version) return;
  visit("windows", state.windows);
  visit("sharers", state.sharers);
}

Result<SharedWindows> SharedWindows::from_json(std::string_view text) {
  SharedWindows shared;
  if (text.empty()) return shared;
  auto state = json::read<State>(text, limits);
  if (!state)
    return fail(
        {.what = "The shared request budget in the store cannot be read", .why = state.error().text()});
  if (state->version > newest_version) {
    return fail({.kind = ErrorKind::too_new,
                 .what = "A newer envlink wrote the shared request budget in the store",
                 .cure = "Update envlink."});
  }
  shared.state_ = std::move(*state);
  return shared;
}

std::string SharedWindows::to_json() const {
  return json::to_text([&](json::Writer& out) { fields(out, state_); });
}

void SharedWindows::forget_the_silent(const std::string& but, Time now) {
  std::erase_if(state_.sharers, [&](Sharer& sharer) {
    if (sharer.process == but || now < sharer.seen + sharer_is_gone) return false;
    for (const auto& [bucket, count] : sharer.allotted) {
      for (int i = 0; i < count; ++i) entry_of(state_.windows, bucket).lost(now);
    }
    return true;
  });
}

/// A process that was taken for gone reports what is no longer counted as allotted: it is not counted again.
void SharedWindows::report(Sharer& sharer, const Use& use, Time now) {
  Window& window = entry_of(state_.windows, use.bucket);
  if (use.kind == Use::Kind::blocked) return window.block(use.at);
  int& allotted = entry_of(sharer.allotted, use.bucket);
  if (allotted == 0) return;
  --allotted;
  switch (use.kind) {
    case Use::Kind::answered:
      return window.answered(use.sent_at, use.at, use.told);
    case Use::Kind::lost:
      return window.lost(std::min(use.at, now));
    case Use::Kind::unsent:
    case Use::Kind::blocked:
      return window.unsent();
  }
}

Allotment SharedWindows::settle(const Settlement& said, Time now) {
  forget_the_silent(said.process, now);
  const auto known = std::ranges::find(state_.sharers, said.process, &Sharer::process);
  Sharer& sharer =
      known != state_.sharers.end() ? *known : state_.sharers.emplace_back(Sharer{.process = said.process});
  sharer.turn = said.turn;
  sharer.seen = now;
  for (const Use& use : said.uses) report(sharer, use, now);
  for (const auto& [bucket, count] : said.unsent) {
    int& allotted = entry_of(sharer.allotted, bucket);
    for (int i = 0; i < count && allotted > 0; ++i, --allotted) entry_of(state_.windows, bucket).unsent();
  }
  sharer.granted.clear();
  for (const auto& [bucket, count] : said.wanted) {
    Window& window = entry_of(state_.windows, bucket);
    int& granted = entry_of(sharer.granted, bucket);
    for (; granted < std::min(count, most_at_once) && window.allows(now); ++granted) window.sent(now);
    entry_of(sharer.allotted, bucket) += granted;
  }
  Allotment allotment = last(said.process);
  forget_what_is_over(now);
  return allotment;
}

/// Each deployed service has a bucket of its own: most are used once.
void SharedWindows::forget_what_is_over(Time now) {
  const auto none = [](const InBucket<int>& one) { return one.entry == 0; };
  for (Sharer& one : state_.sharers) std::erase_if(one.allotted, none);
  std::erase_if(state_.windows, [&](const InBucket<Window>& one) {
    const Window& window = one.entry;
    const bool used = window.in_flight > 0 || window.unseen > 0 || window.shared ||
                      (window.blocked_until && now < *window.blocked_until);
    return !used && window.resets && now >= *window.resets + window.length;
  });
}

bool SharedWindows::has(const Settlement& said) const {
  const auto known = std::ranges::find(state_.sharers, said.process, &Sharer::process);
  return known != state_.sharers.end() && known->turn == said.turn;
}

Allotment SharedWindows::last(const std::string& process) const {
  const auto sharer = std::ranges::find(state_.sharers, process, &Sharer::process);
  return {.requests = sharer->granted,
          .windows = state_.windows,
          .sharers = static_cast<int>(state_.sharers.size())};
}

}  // namespace envlink::engine
