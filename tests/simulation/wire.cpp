#include "wire.h"

#include <fmt/format.h>
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "api/written_value.h"
#include "engine/attribution.h"

namespace envlink::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view colleague = "colleague@example.com";
// A request whose connection broke arrives within `engine::latest_arrival` or never. One second less,
// because the request is on its way for some time before the client notices.
constexpr Duration latest_arrival = engine::latest_arrival - seconds(1);

/// The other kinds only affect the machine or its requests.
bool changes_workspace(Act::Kind kind) {
  return kind != Act::Kind::storm && kind != Act::Kind::sleep && kind != Act::Kind::interrupt;
}

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
      acts_(scenario.acts),
      authorization_("Bearer " + scenario.workspace.api_key),
      faults_left_(scenario.hostility.from_the_start ? scenario.hostility.most_faults : 0),
      kills_left_(scenario.hostility.most_kills),
      interrupts_left_(scenario.hostility.most_interrupts),
      disk_full_left_(scenario.hostility.most_disk_full),
      damages_left_(scenario.hostility.most_damage),
      meddles_left_(scenario.hostility.most_meddles) {
  for (std::size_t i = 0; i < acts_.size(); ++i) at(start + acts_[i].after, What::act, i);
}

std::size_t Wire::take_off(const engine::Call& call) {
  if (landed_.empty()) {
    flights_.push_back({call, {}, 0, current_, party().activity});
    return flights_.size() - 1;
  }
  const std::size_t flight = landed_.back();
  landed_.pop_back();
  flights_[flight].call = call;
  flights_[flight].party = current_;
  flights_[flight].activity = party().activity;
  return flight;
}

void Wire::new_process(Duration after, Duration skew) {
  new_activity();
  let_pass(after);
  skew_ = skew;
}

void Wire::at(Time time, What what, std::size_t index, Time back) {
  if (what != What::act) ++flights_[index].ahead;
  heap_.push_back({time, order_++, what, index, back});
  std::push_heap(heap_.begin(), heap_.end(),
                 [](const Happening& a, const Happening& b) { return later(a, b); });
}

void Wire::act(const Act& act) {
  world_.advance(now_);
  switch (act.kind) {
    case Act::Kind::push:
      return world_.push_commit(act.service_id, now_);
    case Act::Kind::settings:
      return world_.change_settings(act.service_id, now_);
    case Act::Kind::link:
      return world_.link(act.group_id, act.service_id, now_);
    case Act::Kind::unlink:
      return world_.unlink(act.group_id, act.service_id, now_);
    case Act::Kind::change_value:
      return world_.set_variable(act.group_id, changing_key, "second", colleague, now_);
    case Act::Kind::change_back:
      return world_.set_variable(act.group_id, changing_key, first_value, colleague, now_);
    case Act::Kind::remove_value:
      return world_.remove_variable(act.group_id, changing_key, colleague, now_);
    case Act::Kind::storm:
      storm_until_ = now_ + act.lasts;
      return;
    case Act::Kind::sleep:
      skew_ -= act.lasts;
      asleep_until_ = now_ + act.lasts;
      return;
    case Act::Kind::interrupt:
      ++party().arrivals.interrupts;
      return;
    case Act::Kind::cancel_newest:
      break;
  }
  for (std::size_t i = world_.deploy_count(); i-- > 0;) {
    const auto deploy = world_.deploy(i);
    if (deploy.service_id == act.service_id) return world_.cancel_deploy(deploy.id, now_);
  }
}

api::Response Wire::serve(const api::Request& request) {
  if (request.foreign) return {200, {}, "ok"};
  path_.assign("/v1").append(request.target);
  api::Response response =
      world_.handle(request.method, path_, authorization_, api::WrittenValue::body_of(request), now_);
  listener_.reached(now_, request, response);
  return response;
}

void Wire::answer(Time time, std::size_t flight, api::Outcome outcome) {
  flights_[flight].outcome = std::move(outcome);
  at(time, What::answer, flight);
}

void Wire::happen(const Happening& happening) {
  if (happening.what == What::act) {
    const Act& one = acts_[happening.index];
    act(one);
    if (changes_workspace(one.kind)) listener_.acted(now_);
    return;
  }
  Flight& flight = flights_[happening.index];
  if (happening.what == What::serve) serve(flight.call.request);
  if (happening.what == What::serve_and_answer) {
    answer(happening.back, happening.index, serve(flight.call.request));
  }
  if (happening.what == What::answer || happening.what == What::echo) {
    Party& receiver = parties_[static_cast<std::size_t>(flight.party)];
    const bool awaited = flight.activity == receiver.activity;
    if (awaited && happening.what == What::answer)
      listener_.told(flight.party, now_, flight.call.request, flight.outcome);
    const bool echoes =
        awaited && happening.what == What::answer && strikes(scenario_.hostility.twice, faults_left_);
    if (echoes) {
      at(now_ + seconds(2), What::echo, happening.index);
      receiver.arrivals.replies.push_back({flight.call.id, flight.outcome});
    } else if (awaited) {
      receiver.arrivals.replies.emplace_back(flight.call.id, std::move(flight.outcome));
    }
  }
  if (--flight.ahead == 0) landed_.push_back(happening.index);
}

void Wire::meddle(Duration within) {
  constexpr Act::Kind kinds[] = {Act::Kind::push,        Act::Kind::settings,     Act::Kind::link,
                                 Act::Kind::unlink,      Act::Kind::change_value, Act::Kind::change_back,
                                 Act::Kind::remove_value};
  const auto& services = scenario_.workspace.services;
  const auto& groups = scenario_.workspace.groups;
  acts_.push_back({kinds[choices_.pick(std::size(kinds))],
                   {},
                   services[choices_.pick(services.size())].id,
                   groups[choices_.pick(groups.size())].id});
  at(now_ + choices_.span(Duration{0}, within), What::act, acts_.size() - 1);
}

void Wire::colleagues_come(Duration within) {
  for (std::size_t left = 1 + choices_.pick(4); left > 0; --left) meddle(within);
}

/// A colleague deploys the service whose link is about to change.
void Wire::come_in_before(const api::Request& request, Time there) {
  const bool link = request.method != api::Method::get && request.target.starts_with("/env-groups/");
  if (!link || !strikes(scenario_.hostility.beforehand, faults_left_)) return;
  const Act::Kind kind = choices_.chance(0.5) ? Act::Kind::push : Act::Kind::settings;
  acts_.push_back({kind, {}, request.target.substr(request.target.rfind('/') + 1)});
  at(now_ + choices_.span(Duration{0}, there - now_), What::act, acts_.size() - 1);
}

void Wire::send(const engine::Call& call) {
  listener_.sent(current_, now_, call.request);
  const Time there = now_ + choices_.span(milliseconds(1), milliseconds(400));
  const Time back = there + choices_.span(milliseconds(1), milliseconds(400));
  const std::size_t flight = take_off(call);
  const Hostility& h = scenario_.hostility;
  come_in_before(call.request, there);
  if (call.request.method != api::Method::get && strikes(scenario_.hostility.meddle, meddles_left_))
    meddle(seconds(4));
  const bool deploys =
      call.request.method == api::Method::post &&
      (call.request.target.ends_with("/deploys") || call.request.target.ends_with("/rollback"));
  const bool spared = h.only_deploys && !deploys;
  const auto strikes = [this, spared](double probability) {
    return !spared && this->strikes(probability, faults_left_);
  };
  if (there < storm_until_) return answer(back, flight, error(429, {{"retry-after", "5"}}));
  if (strikes(h.refused)) return answer(there, flight, api::NotSent{"simulated: connection refused"});
  if (strikes(h.lose_before)) return answer(back, flight, api::NoAnswer{"simulated: cut before", false});
  if (strikes(h.lose_after)) {
    at(there, What::serve, flight);
    return answer(back, flight, api::NoAnswer{"simulated: cut after", false});
  }
  if (strikes(h.late)) {
    at(back + choices_.span(Duration{0}, latest_arrival), What::serve, flight);
    return answer(back, flight, api::NoAnswer{"simulated: cut, and late", false});
  }
  if (strikes(h.error_before)) return answer(back, flight, error(503));
  if (strikes(h.error_after)) {
    at(there, What::serve, flight);
    return answer(back, flight, error(500));
  }
  if (strikes(h.limited)) return answer(back, flight, error(429, {{"retry-after", "3"}}));
  if (strikes(h.garbage)) {
    at(there, What::serve, flight);
    return answer(back, flight, api::Response{200, {}, "<html>\xff garbage"});
  }
  if (deploys && strikes(h.old_deploy)) {
    if (choices_.chance(0.5)) at(there, What::serve, flight);
    return answer(back, flight, world_.name_the_live_deploy("/v1" + call.request.target, now_));
  }
  at(there, What::serve_and_answer, flight, back);
}

std::optional<Time> Wire::wakes_at(const Party& one) const {
  if (!one.arrivals.replies.empty() || one.arrivals.interrupts > 0) return std::max(now_, asleep_until_);
  if (!one.until) return std::nullopt;
  return std::max(*one.until - skew_, asleep_until_);
}

bool Wire::is_ready(const Party& one) const {
  const auto wakes = one.waits ? wakes_at(one) : std::nullopt;
  return wakes && now_ >= *wakes;
}

void Wire::next_thing_happens() {
  std::optional<Time> wake;
  for (const Party& one : parties_) {
    const auto wakes = one.waits ? wakes_at(one) : std::nullopt;
    if (wakes && (!wake || *wakes < *wake)) wake = wakes;
  }
  if (heap_.empty() || (wake && *wake < heap_.front().at)) {
    if (!wake) throw std::runtime_error("the engine waits for nothing");
    now_ = std::max(now_, *wake);
    return;
  }
  std::pop_heap(heap_.begin(), heap_.end(),
                [](const Happening& a, const Happening& b) { return later(a, b); });
  const Happening next = heap_.back();
  heap_.pop_back();
  now_ = std::max(now_, next.at);
  happen(next);
}

engine::Arrivals Wire::wait(std::optional<Time> until) {
  if (strikes(scenario_.hostility.interrupt, interrupts_left_)) ++party().arrivals.interrupts;
  return wait_quietly(until);
}

engine::Arrivals Wire::wait_quietly(std::optional<Time> until) {
  Party& me = party();
  me.waits = true;
  me.until = until;
  while (!is_ready(me)) {
    if (is_ready(other())) {
      hand_over();
    } else {
      next_thing_happens();
    }
  }
  me.waits = false;
  return std::exchange(me.arrivals, {});
}

void Wire::hand_over() {
  Party& me = party();
  current_ = 1 - current_;
  party().turn.release();
  me.turn.acquire();
  if (aborted_ && current_ == 1) throw Aborted{};
}

void Wire::expect_second(Time from) {
  parties_[1].waits = true;
  parties_[1].until = from;
}

void Wire::take_part() {
  parties_[1].turn.acquire();
  if (aborted_) throw Aborted{};
  wait_quietly(parties_[1].until);
}

void Wire::leave() {
  second_left_ = true;
  party().waits = false;
  current_ = 0;
  parties_[0].turn.release();
}

void Wire::wait_for_second() {
  if (second_left_) return;
  parties_[0].waits = false;
  current_ = 1;
  parties_[1].turn.release();
  parties_[0].turn.acquire();
}

void Wire::abort_second() {
  aborted_ = true;
  wait_for_second();
}

}  // namespace envlink::simulation
