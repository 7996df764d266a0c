#include "wire.h"

#include <fmt/format.h>
#include <algorithm>
#include <stdexcept>

namespace envlink::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A request whose connection broke arrives within this, or never: the assumption that settling rests on.
constexpr Duration latest_arrival = seconds(8);

bool later(const auto& a, const auto& b) {
  return a.at != b.at ? a.at > b.at : a.order > b.order;
}

api::Response error(int status, api::Headers headers = {}) {
  return {status, std::move(headers), "{\"message\":\"simulated\"}\n"};
}

}  // namespace

Wire::Wire(const Scenario& scenario, Choices& choices, emulator::World& world, Listener& listener, Time start)
    : scenario_(scenario),
      choices_(choices),
      world_(world),
      listener_(listener),
      now_(start),
      faults_left_(scenario.hostility.most_faults) {
  for (const Act& one : scenario.acts) at(start + one.after, [this, &one] { act(one); });
}

void Wire::at(Time time, std::function<void()> run) {
  heap_.push_back({time, order_++, std::move(run)});
  std::push_heap(heap_.begin(), heap_.end(),
                 [](const Happening& a, const Happening& b) { return later(a, b); });
}

void Wire::act(const Act& act) {
  world_.advance(now_);
  if (act.kind == Act::Kind::push) return world_.push_commit(act.service_id, now_);
  for (std::size_t i = world_.deploy_count(); i-- > 0;) {
    const auto deploy = world_.deploy(i);
    if (deploy.service_id == act.service_id) return world_.cancel_deploy(deploy.id, now_);
  }
}

api::Response Wire::serve(const api::Request& request) {
  if (request.foreign) return {200, {}, "ok"};
  api::Response response = world_.handle(request.method, "/v1" + request.target,
                                         "Bearer " + scenario_.workspace.api_key, request.body, now_);
  listener_.reached(now_, request, response);
  return response;
}

void Wire::answer(Time time, const engine::Call& call, api::Outcome outcome) {
  at(time, [this, call, outcome = std::move(outcome)] {
    listener_.told(now_, call.request, outcome);
    arrivals_.replies.push_back({call.id, outcome});
  });
}

void Wire::send(const engine::Call& call) {
  listener_.sent(now_, call.request);
  const Time there = now_ + choices_.span(milliseconds(1), milliseconds(400));
  const Time back = there + choices_.span(milliseconds(1), milliseconds(400));
  const auto serve_and = [this, call](auto then) {
    return [this, call, then] { then(serve(call.request)); };
  };
  const Hostility& h = scenario_.hostility;
  const bool spared = h.only_deploys && !(call.request.method == api::Method::post &&
                                          call.request.target.ends_with("/deploys"));
  const auto strikes = [this, spared](double probability) {
    if (spared || probability == 0 || faults_left_ <= 0 || !choices_.chance(probability)) return false;
    --faults_left_;
    return true;
  };
  const auto nothing = [](const api::Response&) {};
  if (strikes(h.refused)) return answer(there, call, api::NotSent{"simulated: connection refused"});
  if (strikes(h.lose_before)) return answer(back, call, api::NoAnswer{"simulated: cut before", false});
  if (strikes(h.lose_after)) {
    at(there, serve_and(nothing));
    return answer(back, call, api::NoAnswer{"simulated: cut after", false});
  }
  if (strikes(h.late)) {
    at(back + choices_.span(Duration{0}, latest_arrival), serve_and(nothing));
    return answer(back, call, api::NoAnswer{"simulated: cut, and late", false});
  }
  if (strikes(h.error_before)) return answer(back, call, error(503));
  if (strikes(h.error_after)) {
    at(there, serve_and(nothing));
    return answer(back, call, error(500));
  }
  if (strikes(h.limited)) return answer(back, call, error(429, {{"retry-after", "3"}}));
  if (strikes(h.garbage)) {
    at(there, serve_and(nothing));
    return answer(back, call, api::Response{200, {}, "<html>\xff garbage"});
  }
  at(there,
     serve_and([this, call, back](api::Response response) { answer(back, call, std::move(response)); }));
}

engine::Arrivals Wire::wait(std::optional<Time> until) {
  arrivals_ = {};
  const auto order = [](const Happening& a, const Happening& b) { return later(a, b); };
  while (!heap_.empty() && (!until || heap_.front().at <= *until)) {
    std::pop_heap(heap_.begin(), heap_.end(), order);
    Happening next = std::move(heap_.back());
    heap_.pop_back();
    now_ = std::max(now_, next.at);
    next.run();
    if (!arrivals_.replies.empty()) return std::move(arrivals_);
  }
  if (!until) throw std::runtime_error("the engine waits for nothing");
  now_ = std::max(now_, *until);
  return {};
}

}  // namespace envlink::simulation
