#include "emulator/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "emulator/ids.h"

namespace envlink::emulator {
namespace {

constexpr std::array<std::string_view, 6> targets = {
    "POST /v1/env-groups/*/services/*", "POST /v1/services/*/deploys",  "POST /v1/services/*/deploys",
    "GET /v1/env-groups/evg-*",         "GET /v1/services/*/deploys/*", "GET /v1/services/*/deploys"};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(mix(seed)) {}
  /// A number from 0 to `count` - 1.
  std::size_t below(std::size_t count) {
    state_ = mix(state_);
    return static_cast<std::size_t>(state_ % std::max<std::size_t>(count, 1));
  }

 private:
  std::uint64_t state_;
};

/// An unreadable answer ends a read, and would end a rehearsal before anything happens. So the last two are
/// only for writes.
void draw_kind(Draw& draw, Fault& fault) {
  switch (draw.below(fault.match.starts_with("GET ") ? 4 : 6)) {
    case 0:
      fault.kind = FaultKind::delay;
      fault.delay = std::chrono::seconds(1 + draw.below(10));
      return;
    case 1:
      fault.kind = FaultKind::status;
      fault.status = 429;
      fault.retry_after = static_cast<int>(1 + draw.below(10));
      return;
    case 2:
      fault.kind = FaultKind::status;
      fault.status = draw.below(2) == 0 ? 500 : 503;
      return;
    case 3:
      fault.kind = FaultKind::cut;
      return;
    case 4:
      fault.kind = FaultKind::lose_answer;
      return;
    default:
      fault.kind = FaultKind::garbage;
      return;
  }
}

std::string action(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::lose_answer:
      return "lose_answer";
    case FaultKind::cut:
      return "cut";
    case FaultKind::garbage:
      return "garbage";
    case FaultKind::old_deploy:
      return "old_deploy";
    case FaultKind::twice:
      return "twice";
    case FaultKind::delay:
    case FaultKind::late:
      return fmt::format("{{{}: {}ms}}", word(fault.kind),
                         std::chrono::duration_cast<std::chrono::milliseconds>(fault.delay).count());
    case FaultKind::status:
      break;
  }
  if (!fault.retry_after) return fmt::format("{{status: {}}}", fault.status);
  return fmt::format("{{status: {}, retry_after: {}}}", fault.status, *fault.retry_after);
}

bool applies(const Fault& fault, int seen) {
  if (fault.nth && *fault.nth != seen) return false;
  return !fault.every || (*fault.every > 0 && seen % *fault.every == 0);
}

}  // namespace

std::vector<Fault> draw_faults(std::uint64_t seed, std::size_t services) {
  Draw draw(seed);
  std::vector<Fault> faults(2 + draw.below(4));
  for (Fault& fault : faults) {
    fault.match = targets[draw.below(targets.size())];
    fault.nth = static_cast<int>(1 + draw.below(std::min<std::size_t>(services, 1'000)));
    draw_kind(draw, fault);
  }
  return faults;
}

std::string written(const Fault& fault) {
  std::string which;
  if (fault.nth) which = fmt::format(", nth: {}", *fault.nth);
  if (fault.every) which = fmt::format(", every: {}", *fault.every);
  return fmt::format("{{match: \"{}\"{}, do: {}}}", fault.match, which, action(fault));
}

bool is_of_webhooks(std::string_view match) {
  return match.starts_with("webhook ");
}

bool is_possible(FaultKind kind, bool of_webhooks) {
  switch (kind) {
    case FaultKind::lose_answer:
    case FaultKind::cut:
    case FaultKind::late:
      return true;
    case FaultKind::twice:
      return of_webhooks;
    default:
      return !of_webhooks;
  }
}

Faults::Faults(std::vector<Fault> faults) : faults_(std::move(faults)), seen_(faults_.size(), 0) {}

std::optional<Fault> Faults::next(std::string_view method, std::string_view path) {
  std::optional<Fault> found;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (is_of_webhooks(faults_[i].match) != (method == webhook_method)) continue;
    if (!matches(faults_[i].match, method, path)) continue;
    ++seen_[i];
    if (!found && applies(faults_[i], seen_[i])) found = faults_[i];
  }
  return found;
}

bool matches(std::string_view pattern, std::string_view method, std::string_view path) {
  return fits_glob(pattern, fmt::format("{} {}", method, path.substr(0, path.find('?'))));
}

}  // namespace envlink::emulator
