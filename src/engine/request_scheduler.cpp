#include "engine/request_scheduler.h"

#include <fmt/format.h>
#include <algorithm>

#include "api/bucket.h"
#include "api/error_message.h"
#include "api/message.h"
#include "api/rate_limit_headers.h"
#include "base/text.h"

namespace envlink::engine {
namespace {

// For one service or group: if all of these hang, other requests continue.
constexpr std::size_t most_about_one = 4;
constexpr Duration read_timeout = std::chrono::seconds(30);
constexpr Duration write_timeout = std::chrono::seconds(60);
// No window is longer. If a wait would be longer, the error is reported instead.
constexpr Duration longest_wait = std::chrono::hours(1);
// Shorter waits are not reported.
constexpr Duration worth_saying = std::chrono::seconds(2);

}  // namespace

const api::Response* success(const api::Outcome& outcome) {
  return api::verdict_of(outcome) == api::Verdict::ok ? std::get_if<api::Response>(&outcome) : nullptr;
}

Duration backoff_before_attempt(const model::ApiSettings& settings, int attempt) {
  return settings.backoff * (1LL << std::clamp(attempt - 2, 0, 16));
}

RequestId RequestScheduler::enqueue(api::Request request, Repeat repeat) {
  RequestList fresh(1);
  QueuedRequest& queued = fresh.front();
  queued.id = next_id_++;
  queued.bucket = api::bucket_of(request);
  queued.request = std::move(request);
  queued.subject = api::subject_of(queued.request);
  queued.repeat = repeat;
  append_pending(fresh, fresh.begin());
  return queued.id;
}

void RequestScheduler::append_pending(RequestList& from, RequestList::iterator queued) {
  const auto queue = std::ranges::find(queues_, queued->bucket, &BucketQueue::bucket);
  if (queue == queues_.end()) {
    queues_.push_back({.bucket = queued->bucket, .pending = 1});
  } else {
    ++queue->pending;
  }
  if (queued->attempts > 0) ++once_sent_;
  pending_.splice(pending_.end(), from, queued);
}

RequestScheduler::BucketQueue& RequestScheduler::queue_of(const std::string& bucket) {
  return *std::ranges::find(queues_, bucket, &BucketQueue::bucket);
}

std::size_t RequestScheduler::pending(const std::string& bucket) const {
  const auto queue = std::ranges::find(queues_, bucket, &BucketQueue::bucket);
  return queue == queues_.end() ? 0 : queue->pending;
}

std::vector<RequestId> RequestScheduler::withdraw_pending() {
  std::vector<RequestId> withdrawn;
  withdrawn.reserve(pending_.size());
  for (const QueuedRequest& queued : pending_) withdrawn.push_back(queued.id);
  pending_.clear();
  queues_.clear();
  once_sent_ = 0;
  return withdrawn;
}

bool RequestScheduler::has_place(const QueuedRequest& queued) const {
  if (under_way_.size() >= most_under_way) return false;
  if (queued.subject.empty()) return true;
  const auto same = std::ranges::count_if(
      under_way_, [&](const QueuedRequest& other) { return other.subject == queued.subject; });
  return static_cast<std::size_t>(same) < most_about_one;
}

/// Before `not_before` the request waits because of its last error, after that for its window.
std::string RequestScheduler::held_back(const QueuedRequest& queued, Time now, Time until) const {
  if (queued.not_before > now) {
    return fmt::format("{}, retrying in {}", api::explain_briefly(*queued.trouble),
                       format_duration(std::chrono::ceil<std::chrono::seconds>(until - now)));
  }
  return fmt::format(
      "rate limit ({}), next request in {}{}", clean(queued.bucket), format_duration(until - now),
      budget_.shared(queued.bucket) ? "; another client uses this key, so envlink leaves it half of the limit"
                                    : "");
}

RequestScheduler::Batch RequestScheduler::due(Time now) {
  Batch batch;
  const QueuedRequest* told_of = nullptr;  // the last one held back for long
  Time told_until{};
  const auto wake_at = [&batch](Time time) { batch.wake = std::min(batch.wake.value_or(time), time); };
  const auto tell = [&](const QueuedRequest& queued, Time until) {
    told_of = &queued;
    told_until = until;
  };
  for (BucketQueue& queue : queues_) {
    queue.ahead = queue.pending;
    queue.closed = false;
  }
  std::size_t open_ahead = pending_.size();
  std::size_t once_sent_ahead = once_sent_;
  // Thousands may wait: stop where no later request can be sent or has anything to report.
  for (auto next = pending_.begin();
       next != pending_.end() && open_ahead > 0 && under_way_.size() < most_under_way;) {
    const auto place = next++;
    QueuedRequest& queued = *place;
    BucketQueue& queue = queue_of(queued.bucket);
    --queue.ahead;
    if (!queue.closed) --open_ahead;
    if (queued.attempts > 0) --once_sent_ahead;
    std::optional<Time> later;
    bool between_two = false;
    bool hold = queue.closed || !has_place(queued);
    if (!hold && queued.not_before > now) {
      later = queued.not_before;
      if (*later - now >= worth_saying) tell(queued, *later);
    } else if (!hold && last_start_ && now < *last_start_ + settings_.min_interval) {
      later = *last_start_ + settings_.min_interval;
      between_two = true;
    } else if (!hold && !budget_.allows(queued.bucket, now)) {
      // A shared window that is over opens when more is allotted.
      const std::optional<Time> opens = budget_.opens(queued.bucket);
      if (opens && *opens > now) later = opens;
      budget_.want(queued.bucket, static_cast<int>(1 + queue.ahead));
      queue.closed = true;
      open_ahead -= queue.ahead;
      hold = true;
      if (later && *later - now >= worth_saying && !budget_.probing(queued.bucket)) tell(queued, *later);
    }
    if (later) wake_at(*later);
    if (hold || later) {
      if (between_two && once_sent_ahead == 0) break;
      continue;
    }
    if (queued.attempts > 0) --once_sent_;
    if (--queue.pending == 0) {
      queue = std::move(queues_.back());
      queues_.pop_back();
    }
    ++queued.attempts;
    if (queued.attempts > 1) ++repeated_;
    queued.sent_at = now;
    last_start_ = now;
    budget_.sent(queued.bucket, now);
    const Duration timeout = queued.request.method == api::Method::get ? read_timeout : write_timeout;
    queued.call = next_call_++;
    batch.calls.emplace_back(queued.call, queued.request, timeout);
    under_way_.splice(under_way_.end(), pending_, place);
  }
  if (told_of != nullptr && said_until_ != told_until) {
    said_until_ = told_until;
    batch.notice = {held_back(*told_of, now, told_until), told_until};
  }
  return batch;
}

void RequestScheduler::settle_budget(const QueuedRequest& queued, Time now, const api::Outcome& outcome) {
  if (const auto* response = std::get_if<api::Response>(&outcome)) {
    budget_.answered(queued.bucket, queued.sent_at, now, api::rate_limit_of(*response, now));
    // Any other error concerns this request only, not its bucket.
    if (api::verdict_of(outcome) != api::Verdict::limited) return;
    if (const auto wait = api::retry_after_of(*response, now))
      budget_.block(queued.bucket, now + std::min(*wait, longest_wait));
  } else if (std::holds_alternative<api::NotSent>(outcome)) {
    budget_.unsent(queued.bucket);
  } else {
    budget_.lost(queued.bucket, now);
  }
}

std::optional<Time> RequestScheduler::again_at(const QueuedRequest& queued, Time now,
                                               const api::Outcome& outcome) const {
  if (queued.repeat == Repeat::never || queued.attempts > settings_.retries) return std::nullopt;
  const api::Verdict verdict = api::verdict_of(outcome);
  const bool not_carried_out =
      verdict == api::Verdict::limited || std::holds_alternative<api::NotSent>(outcome);
  if (!not_carried_out && !(api::is_passing(verdict) && queued.repeat == Repeat::safely)) return std::nullopt;
  if (const auto* response = std::get_if<api::Response>(&outcome)) {
    // Render's Retry-After is the minimum and replaces the schedule.
    if (const auto wait = api::retry_after_of(*response, now)) {
      return *wait > longest_wait ? std::nullopt : std::optional(now + *wait);
    }
  }
  return now + backoff_before_attempt(settings_, queued.attempts + 1);
}

std::optional<Delivery> RequestScheduler::receive(Time now, Reply reply) {
  const auto found = std::ranges::find(under_way_, reply.id, &QueuedRequest::call);
  if (found == under_way_.end()) return std::nullopt;
  QueuedRequest& queued = *found;
  settle_budget(queued, now, reply.outcome);
  if (const std::optional<Time> again = again_at(queued, now, reply.outcome)) {
    queued.not_before = *again;
    queued.trouble = std::move(reply.outcome);
    append_pending(under_way_, found);
    return std::nullopt;
  }
  Delivery delivery{queued.id, std::move(queued.request), std::move(reply.outcome), queued.sent_at};
  under_way_.erase(found);
  return delivery;
}

}  // namespace envlink::engine
