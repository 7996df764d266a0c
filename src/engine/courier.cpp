#include "engine/courier.h"

#include <fmt/format.h>
#include <algorithm>

#include "api/bucket.h"
#include "base/text.h"

namespace envlink::engine {
namespace {

// Enough to fill the wire at any latency, few enough for one connection and for a fair share.
constexpr std::size_t most_under_way = 16;
// About one service or group: if all of them hang, the others go on.
constexpr std::size_t most_about_one = 4;
constexpr Duration read_timeout = std::chrono::seconds(30);
constexpr Duration write_timeout = std::chrono::seconds(60);
// No window is longer. A wish past this is not waited for: the trouble is told instead.
constexpr Duration longest_wait = std::chrono::hours(1);
// Shorter waits are no news for a person.
constexpr Duration worth_saying = std::chrono::seconds(2);

}  // namespace

Duration backoff_before_attempt(const model::ApiSettings& settings, int attempt) {
  return settings.backoff * (1LL << std::clamp(attempt - 2, 0, 16));
}

Ticket Courier::post(api::Request request, Repeat repeat) {
  Parcels fresh(1);
  Parcel& parcel = fresh.front();
  parcel.ticket = next_ticket_++;
  parcel.bucket = api::bucket_of(request);
  parcel.request = std::move(request);
  parcel.subject = api::subject_of(parcel.request);
  parcel.repeat = repeat;
  line_up(fresh, fresh.begin());
  return parcel.ticket;
}

void Courier::line_up(Parcels& from, Parcels::iterator parcel) {
  const auto lane = std::ranges::find(lanes_, parcel->bucket, &Lane::bucket);
  if (lane == lanes_.end()) {
    lanes_.push_back({.bucket = parcel->bucket, .pending = 1});
  } else {
    ++lane->pending;
  }
  if (parcel->attempts > 0) ++once_sent_;
  pending_.splice(pending_.end(), from, parcel);
}

Courier::Lane& Courier::lane_of(const std::string& bucket) {
  return *std::ranges::find(lanes_, bucket, &Lane::bucket);
}

std::vector<Ticket> Courier::withdraw_pending() {
  std::vector<Ticket> withdrawn;
  withdrawn.reserve(pending_.size());
  for (const Parcel& parcel : pending_) withdrawn.push_back(parcel.ticket);
  pending_.clear();
  lanes_.clear();
  once_sent_ = 0;
  return withdrawn;
}

bool Courier::has_place(const Parcel& parcel) const {
  if (under_way_.size() >= most_under_way) return false;
  if (parcel.subject.empty()) return true;
  const auto same =
      std::ranges::count_if(under_way_, [&](const Parcel& other) { return other.subject == parcel.subject; });
  return static_cast<std::size_t>(same) < most_about_one;
}

/// Until its time has come it waits because of its trouble, from then on for its window.
std::string Courier::held_back(const Parcel& parcel, Time now, Time until) const {
  if (parcel.not_before > now) {
    const std::string doing =
        fmt::format("{} {}", api::to_string(parcel.request.method), clean(parcel.request.target));
    return fmt::format("{}: again in {}", api::explain(parcel.request, *parcel.trouble, doing).what,
                       format_duration(until - now));
  }
  return fmt::format(
      "rate limit ({}): next request in {}{}", clean(parcel.bucket), format_duration(until - now),
      budget_.shared(parcel.bucket) ? "; another client uses this key, half of the window is left to it"
                                    : "");
}

Courier::Batch Courier::collect(Time now) {
  Batch batch;
  const Parcel* told_of = nullptr;  // the last that is held back for long
  Time told_until{};
  const auto wake_at = [&batch](Time time) { batch.wake = std::min(batch.wake.value_or(time), time); };
  const auto tell = [&](const Parcel& parcel, Time until) {
    told_of = &parcel;
    told_until = until;
  };
  for (Lane& lane : lanes_) {
    lane.ahead = lane.pending;
    lane.closed = false;
  }
  std::size_t open_ahead = pending_.size();
  std::size_t once_sent_ahead = once_sent_;
  // Thousands may wait: it ends where nothing that follows can go out or has anything to tell.
  for (auto next = pending_.begin();
       next != pending_.end() && open_ahead > 0 && under_way_.size() < most_under_way;) {
    const auto place = next++;
    Parcel& parcel = *place;
    Lane& lane = lane_of(parcel.bucket);
    --lane.ahead;
    if (!lane.closed) --open_ahead;
    if (parcel.attempts > 0) --once_sent_ahead;
    std::optional<Time> later;
    bool between_two = false;
    bool hold = lane.closed || !has_place(parcel);
    if (!hold && parcel.not_before > now) {
      later = parcel.not_before;
      if (*later - now >= worth_saying) tell(parcel, *later);
    } else if (!hold && last_start_ && now < *last_start_ + settings_.min_interval) {
      later = *last_start_ + settings_.min_interval;
      between_two = true;
    } else if (!hold && !budget_.allows(parcel.bucket, now)) {
      later = budget_.opens(parcel.bucket);
      lane.closed = true;
      open_ahead -= lane.ahead;
      hold = true;
      if (later && *later - now >= worth_saying && !budget_.probing(parcel.bucket)) tell(parcel, *later);
    }
    if (later) wake_at(*later);
    if (hold || later) {
      if (between_two && once_sent_ahead == 0) break;
      continue;
    }
    if (parcel.attempts > 0) --once_sent_;
    if (--lane.pending == 0) {
      lane = std::move(lanes_.back());
      lanes_.pop_back();
    }
    ++parcel.attempts;
    if (parcel.attempts > 1) ++repeated_;
    parcel.sent_at = now;
    last_start_ = now;
    budget_.sent(parcel.bucket, now);
    const Duration timeout = parcel.request.method == api::Method::get ? read_timeout : write_timeout;
    parcel.call = next_call_++;
    batch.calls.emplace_back(parcel.call, parcel.request, timeout);
    under_way_.splice(under_way_.end(), pending_, place);
  }
  if (told_of != nullptr && said_until_ != told_until) {
    said_until_ = told_until;
    batch.notice = {held_back(*told_of, now, told_until), told_until};
  }
  return batch;
}

void Courier::settle_budget(const Parcel& parcel, Time now, const api::Outcome& outcome) {
  if (const auto* response = std::get_if<api::Response>(&outcome)) {
    budget_.answered(parcel.bucket, parcel.sent_at, now, api::rate_limit_of(*response, now));
    // Any other trouble is that of one request, not of all that are counted with it.
    if (api::verdict_of(outcome) != api::Verdict::limited) return;
    if (const auto wait = api::retry_after_of(*response, now))
      budget_.block(parcel.bucket, now + std::min(*wait, longest_wait));
  } else if (std::holds_alternative<api::NotSent>(outcome)) {
    budget_.unsent(parcel.bucket);
  } else {
    budget_.lost(parcel.bucket, now);
  }
}

std::optional<Time> Courier::again_at(const Parcel& parcel, Time now, const api::Outcome& outcome) const {
  if (parcel.repeat == Repeat::never || parcel.attempts > settings_.retries) return std::nullopt;
  const api::Verdict verdict = api::verdict_of(outcome);
  const bool not_carried_out =
      verdict == api::Verdict::limited || std::holds_alternative<api::NotSent>(outcome);
  const bool passing = verdict == api::Verdict::transient || verdict == api::Verdict::ambiguous;
  if (!not_carried_out && !(passing && parcel.repeat == Repeat::safely)) return std::nullopt;
  if (const auto* response = std::get_if<api::Response>(&outcome)) {
    // Render's word is the floor and replaces the schedule.
    if (const auto wait = api::retry_after_of(*response, now)) {
      return *wait > longest_wait ? std::nullopt : std::optional(now + *wait);
    }
  }
  return now + backoff_before_attempt(settings_, parcel.attempts + 1);
}

std::optional<Delivery> Courier::receive(Time now, Reply reply) {
  const auto found = std::ranges::find(under_way_, reply.id, &Parcel::call);
  if (found == under_way_.end()) return std::nullopt;
  Parcel& parcel = *found;
  settle_budget(parcel, now, reply.outcome);
  if (const std::optional<Time> again = again_at(parcel, now, reply.outcome)) {
    parcel.not_before = *again;
    parcel.trouble = std::move(reply.outcome);
    line_up(under_way_, found);
    return std::nullopt;
  }
  Delivery delivery{parcel.ticket, std::move(parcel.request), std::move(reply.outcome), parcel.sent_at};
  under_way_.erase(found);
  return delivery;
}

}  // namespace envlink::engine
