#include "engine/health.h"

#include <fmt/format.h>

#include "api/message.h"
#include "base/text.h"

namespace envlink::engine {

HealthCheck::HealthCheck(std::vector<HealthTarget> targets, const model::ApiSettings& settings)
    : targets_(std::move(targets)), answers_(targets_.size()), scheduler_(settings, Budget{}) {}

Step HealthCheck::step(Time now) {
  if (!began_) {
    began_ = true;
    for (std::size_t i = 0; i < targets_.size(); ++i)
      under_way_.emplace(scheduler_.enqueue(targets_[i].request, Repeat::safely), i);
  }
  RequestScheduler::Batch batch = scheduler_.due(now);
  return Step{{}, std::move(batch.calls), batch.wake};
}

void HealthCheck::receive(Time now, Reply reply) {
  const auto delivery = scheduler_.receive(now, std::move(reply));
  if (!delivery) return;
  const auto found = under_way_.find(delivery->id);
  if (found == under_way_.end()) return;
  HealthAnswer& answer = answers_[found->second];
  under_way_.erase(found);
  answer.healthy = api::verdict_of(delivery->outcome) == api::Verdict::ok;
  if (const auto* response = std::get_if<api::Response>(&delivery->outcome)) {
    answer.told = fmt::format("answers {}", response->status);
  } else if (const auto* not_sent = std::get_if<api::NotSent>(&delivery->outcome)) {
    answer.told = fmt::format("does not answer: {}", clean(not_sent->why));
  } else {
    answer.told = fmt::format("does not answer: {}", clean(std::get<api::NoAnswer>(delivery->outcome).why));
  }
}

void HealthCheck::interrupt(Time) {
  interrupted_ = true;
  scheduler_.withdraw_pending();
  under_way_.clear();
}

bool HealthCheck::finished() const {
  return began_ && under_way_.empty();
}

}  // namespace envlink::engine
