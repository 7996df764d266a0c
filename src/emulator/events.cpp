// GET /services/{id}/events and GET /events/{id}: the derived events of deploys, and the recorded ones.

#include "emulator/events.h"

#include <ranges>

#include "emulator/deploy_events.h"
#include "emulator/ids.h"
#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

// The two kinds of events have the same functions.
std::size_t service_of(const WorldState& world, const DeployEvent& event) {
  return world.deploys[event.deploy].service;
}
std::size_t service_of(const WorldState&, const EventRecord& event) {
  return event.service;
}
const std::string& id_of(const WorldState&, const EventRecord& event) {
  return event.id;
}
std::string_view type_of(const WorldState&, const EventRecord& event) {
  return word(type_of(event.details));
}
void write_details(json::Writer& out, const WorldState&, const EventRecord& event) {
  std::visit([&](const auto& details) { fields(out, details); }, event.details);
}

void write_event(json::Writer& out, const WorldState& world, const auto& event, Time at) {
  out("id", id_of(world, event));
  out("timestamp", at);
  out("serviceId", world.services[service_of(world, event)].seed.id);
  out("type", type_of(world, event));
  out("details", [&](json::Writer& details) { write_details(details, world, event); });
}

/// A page of events. The numbers of the events are not in the order of the list.
class EventPage {
 public:
  EventPage(json::Writer& out, const WorldState& world, const Query& query, const Page& page)
      : out_(out),
        world_(world),
        query_(query),
        period_(period_of(query, world.now)),
        after_(page.before),
        skips_(page.before != Page{}.before),
        room_(page.room) {}

  bool is_full() const { return room_ == 0; }
  /// The next older event.
  void offer(const auto& event, Time at, std::uint64_t number) {
    if (skips_) {
      skips_ = number != after_;
      return;
    }
    if (is_full() || at < period_.from || at > period_.to || !query_.wants("type", type_of(world_, event)))
      return;
    --room_;
    out_.object([&](json::Writer& item) {
      item("event", [&](json::Writer& one) { write_event(one, world_, event, at); });
      item("cursor", make_cursor(number, id_of(world_, event)));
    });
  }

 private:
  json::Writer& out_;
  const WorldState& world_;
  const Query& query_;
  Period period_;
  std::uint64_t after_;
  bool skips_;
  std::size_t room_;
};

constexpr std::uint64_t recorded_from = 1ULL << 31U;  // numbers of recorded events, after all derived ones

/// Newest first. Of events at the same time, a deploy's came last: an operation causes the deploy.
Reply list_events(WorldState& world, const Call& call, std::size_t index) {
  const PageQuery asked = page_of(call.query());
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const Service& service = world.services[index];
  return answer_list([&](json::Writer& out) {
    EventPage page(out, world, call.query(), asked.page);
    auto recorded = service.events.rbegin();
    const auto offer_recorded = [&](Time after) {
      for (; recorded != service.events.rend() && world.events[*recorded].at > after; ++recorded) {
        const EventRecord& event = world.events[*recorded];
        page.offer(event, event.at, recorded_from + *recorded);
      }
    };
    for (auto deploy = service.deploys.rbegin(); deploy != service.deploys.rend() && !page.is_full();
         ++deploy) {
      for (const Happening what : std::views::reverse(happenings)) {
        const DeployEvent event{*deploy, what};
        const std::optional<Time> at = time_of(world, event);
        if (!at) continue;
        offer_recorded(*at);
        page.offer(event, *at, number_of(event));
      }
    }
    offer_recorded(Time::min());
  });
}

Reply answer_event(const WorldState& world, const auto& event, Time at) {
  return answer_object([&](json::Writer& out) { write_event(out, world, event, at); });
}

Reply get_event(WorldState& world, const Call& call) {
  const std::string_view id = call.at(2);
  for (const EventRecord& event : std::views::reverse(world.events)) {
    if (event.id == id) return answer_event(world, event, event.at);
  }
  for (std::size_t deploy = world.deploys.size(); deploy-- > 0;) {
    for (const Happening what : happenings) {
      const DeployEvent event{deploy, what};
      const std::optional<Time> at = time_of(world, event);
      if (at && id_of(world, event) == id) return answer_event(world, event, *at);
    }
  }
  return not_found(id);
}

constexpr Parameter filters[] = {{"type", ParameterKind::word, false, words_of<EventType>},
                                 time_parameter("startTime"),
                                 time_parameter("endTime"),
                                 cursor_parameter,
                                 limit_parameter};

}  // namespace

void record_event(WorldState& world, std::size_t service, EventDetails details) {
  world.services[service].events.push_back(world.events.size());
  world.events.push_back({world.now, world.new_id("evt-"), service, std::move(details)});
}

std::span<const Operation> event_operations() {
  using enum api::Method;
  static constexpr Operation all[] = {
      {get, "/services/{serviceId}/events", of_service<list_events>, filters, false, std::nullopt,
       "only events of deploys and of modelled operations"},
      {get, "/events/{eventId}", get_event}};
  return all;
}

}  // namespace envlink::emulator
