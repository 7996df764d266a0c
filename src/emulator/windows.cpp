#include "emulator/windows.h"

#include <algorithm>

namespace envlink::emulator {
namespace {

constexpr std::size_t shared_buckets = words_of<BucketKind>.size();

Duration length_of(BucketKind kind) {
  const bool hourly = kind == BucketKind::creates || kind == BucketKind::domains;
  return hourly ? Duration(std::chrono::hours(1)) : Duration(std::chrono::minutes(1));
}

std::int64_t window_number(BucketKind kind, Time now) {
  return now.time_since_epoch().count() / length_of(kind).count();
}

}  // namespace

RateWindows::RateWindows(const Behaviour& behaviour) : behaviour_(behaviour), windows_(shared_buckets) {}

void RateWindows::add_service() {
  windows_.emplace_back();
}

std::size_t RateWindows::slot(Bucket bucket) const {
  if (bucket.kind == BucketKind::service) return shared_buckets + bucket.service;
  return static_cast<std::size_t>(bucket.kind);
}

int RateWindows::limit_of(BucketKind kind) const {
  switch (kind) {
    case BucketKind::reads:
      return behaviour_.read_limit;
    case BucketKind::logs:
    case BucketKind::log_streams:
      return behaviour_.log_limit;
    case BucketKind::writes:
      return behaviour_.write_limit;
    case BucketKind::creates:
      return behaviour_.create_limit;
    case BucketKind::domains:
      return behaviour_.domain_limit;
    case BucketKind::service:
    case BucketKind::cron_jobs:
      return behaviour_.deploy_limit;
  }
  return 0;
}

Allowance RateWindows::look(Bucket bucket, const Window& window, Time now) const {
  const Duration length = length_of(bucket.kind);
  const int taken = window.number == window_number(bucket.kind, now) ? window.taken : 0;
  const Duration left = length - now.time_since_epoch() % length;
  const auto seconds_begun = (left + std::chrono::seconds(1) - Duration(1)) / std::chrono::seconds(1);
  Allowance allowance;
  allowance.limit = limit_of(bucket.kind);
  allowance.remaining = std::max(0, allowance.limit - taken);
  allowance.allowed = taken < allowance.limit;
  allowance.retry_after = static_cast<int>(seconds_begun);
  allowance.reset = allowance.retry_after - 1;
  return allowance;
}

Allowance RateWindows::take(Bucket bucket, Time now) {
  Window& window = windows_[slot(bucket)];
  const std::int64_t number = window_number(bucket.kind, now);
  if (window.number != number) window = {number, 0};
  Allowance allowance = look(bucket, window, now);
  if (allowance.allowed) {
    ++window.taken;
    --allowance.remaining;
  }
  return allowance;
}

Allowance RateWindows::peek(Bucket bucket, Time now) const {
  return look(bucket, windows_[slot(bucket)], now);
}

std::vector<RateWindows::Used> RateWindows::used(Time now) const {
  std::vector<Used> out;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    Bucket bucket;
    bucket.kind = i < shared_buckets ? static_cast<BucketKind>(i) : BucketKind::service;
    bucket.service = i < shared_buckets ? 0 : i - shared_buckets;
    if (bucket.kind == BucketKind::service && i < shared_buckets) continue;
    if (windows_[i].taken == 0 || windows_[i].number != window_number(bucket.kind, now)) continue;
    out.push_back({bucket, look(bucket, windows_[i], now)});
  }
  return out;
}

}  // namespace envlink::emulator
