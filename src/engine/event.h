#pragma once
// What happened in a run, as values: one struct for each kind. The rollout's state is a fold over them; the
// journal stores them, every view observes them, and each of them prints the same object
// (engine/event_json.h, schema/events.schema.json).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "engine/service_outcome.h"
#include "model/outcome.h"
#include "plan/plan.h"

namespace envlink::engine {

/// A service of the plan, told so that the event is understood without it.
struct EventService {
  ServiceId id{};
  std::string name{};
  std::size_t position = 0;  // in the plan's services
  bool operator==(const EventService&) const = default;
};

struct EventWorkspace {
  OwnerId id{};
  std::string name{};
  bool operator==(const EventWorkspace&) const = default;
};

struct EventGroup {
  GroupId id{};
  std::string name{};
  bool operator==(const EventGroup&) const = default;
};

/// A change of a link that the plan asks for.
struct EventLink {
  plan::LinkAction action = plan::LinkAction::add;
  EventGroup group{};
  EventService service{};
  std::size_t position = 0;  // in the plan's links
  bool operator==(const EventLink&) const = default;
};

/// A change of a value that the plan asks for. Neither the value nor anything derived from it.
struct EventValue {
  plan::ValueAction action = plan::ValueAction::set;
  EventGroup group{};
  std::string key{};         // of a secret file "file:NAME"
  std::size_t position = 0;  // in the plan's values
  bool operator==(const EventValue&) const = default;
};

EventService event_service(const plan::Plan& plan, std::size_t position);
EventLink event_link(const plan::Plan& plan, std::size_t position);
EventValue event_value(const plan::Plan& plan, std::size_t position);

/// What a request for a deploy asked of Render.
enum class DeployMode { build_and_deploy, deploy_only, rollback };
constexpr auto words(DeployMode) {
  return std::to_array<std::string_view>({"build_and_deploy", "deploy_only", "rollback"});
}

/// Automatic deploys of a service are switched off while a run writes and deploys, and are then as they were.
enum class HoldAction { hold, restore };
constexpr auto words(HoldAction) {
  return std::to_array<std::string_view>({"hold", "restore"});
}

// In every kind: `http_status` is 0 where no answer came, `why` tells what came instead of a success,
// `server_time` is Render's clock where an answer told it. Texts are cleaned and bounded already.

struct RunBegan {
  static constexpr std::string_view kind = "run_began";
  EventWorkspace workspace{};
  std::int64_t undoes = 0;  // the run that this one rolls back; 0: none
  std::size_t values = 0;   // changes of values that the plan asks for
  std::size_t links = 0;    // and of links
  std::size_t deploys = 0;
  std::size_t waves = 0;
  bool operator==(const RunBegan&) const = default;
};

/// A new process goes on with what the events before this one tell.
struct RunResumed {
  static constexpr std::string_view kind = "run_resumed";
  bool operator==(const RunResumed&) const = default;
};

/// Durable before the request goes out. `was`: what the run found there and puts back, in Render's word.
struct HoldIntended {
  static constexpr std::string_view kind = "hold_intended";
  EventService service{};
  HoldAction action = HoldAction::hold;
  std::string was{};
  int attempt = 0;
  bool operator==(const HoldIntended&) const = default;
};

struct HoldAnswered {
  static constexpr std::string_view kind = "hold_answered";
  EventService service{};
  HoldAction action = HoldAction::hold;
  int http_status = 0;
  std::string why{};
  std::string request_id{};
  std::optional<Time> server_time{};
  bool not_sent = false;  // it was taken back before it went out
  bool operator==(const HoldAnswered&) const = default;
};

/// Read back. `found`: Render's word for what is there then.
struct HoldProved {
  static constexpr std::string_view kind = "hold_proved";
  EventService service{};
  HoldAction action = HoldAction::hold;
  std::string found{};
  bool operator==(const HoldProved&) const = default;
};

struct HoldFailed {
  static constexpr std::string_view kind = "hold_failed";
  EventService service{};
  HoldAction action = HoldAction::hold;
  std::string why{};
  std::string cure{};
  bool operator==(const HoldFailed&) const = default;
};

/// Durable before the request goes out.
struct LinkIntended {
  static constexpr std::string_view kind = "link_intended";
  EventLink link{};
  int attempt = 0;
  bool operator==(const LinkIntended&) const = default;
};

struct LinkAnswered {
  static constexpr std::string_view kind = "link_answered";
  EventLink link{};
  int http_status = 0;
  std::string why{};
  std::string request_id{};
  std::optional<Time> server_time{};
  bool operator==(const LinkAnswered&) const = default;
};

/// Read back and as planned. `server_time`: then; at the latest then it took effect.
struct LinkProved {
  static constexpr std::string_view kind = "link_proved";
  EventLink link{};
  std::optional<Time> server_time{};
  bool operator==(const LinkProved&) const = default;
};

struct LinkFailed {
  static constexpr std::string_view kind = "link_failed";
  EventLink link{};
  std::string why{};
  std::string cure{};
  bool operator==(const LinkFailed&) const = default;
};

/// A new group is made with all of its values and links. Durable before the request goes out.
struct GroupIntended {
  static constexpr std::string_view kind = "group_intended";
  EventGroup group{};  // without an id
  int attempt = 0;
  bool operator==(const GroupIntended&) const = default;
};

struct GroupAnswered {
  static constexpr std::string_view kind = "group_answered";
  EventGroup group{};  // without an id
  int http_status = 0;
  std::string why{};
  std::string request_id{};
  std::optional<Time> server_time{};
  bool not_sent = false;  // it never went out
  bool operator==(const GroupAnswered&) const = default;
};

/// It is there, with its id. `how` it was found; empty: the answer named it.
struct GroupMade {
  static constexpr std::string_view kind = "group_made";
  EventGroup group{};
  std::string how{};
  std::optional<Time> server_time{};
  bool operator==(const GroupMade&) const = default;
};

struct GroupFailed {
  static constexpr std::string_view kind = "group_failed";
  EventGroup group{};
  bool unchanged = false;  // nothing was made
  std::string why{};
  std::string cure{};
  bool operator==(const GroupFailed&) const = default;
};

/// Durable before the request goes out.
struct ValueIntended {
  static constexpr std::string_view kind = "value_intended";
  EventValue value{};
  int attempt = 0;
  bool operator==(const ValueIntended&) const = default;
};

struct ValueAnswered {
  static constexpr std::string_view kind = "value_answered";
  EventValue value{};
  int http_status = 0;
  std::string why{};
  std::string request_id{};
  std::optional<Time> server_time{};
  bool operator==(const ValueAnswered&) const = default;
};

/// Read back, and what was to be written. `server_time`: then.
struct ValueProved {
  static constexpr std::string_view kind = "value_proved";
  EventValue value{};
  std::optional<Time> server_time{};
  bool operator==(const ValueProved&) const = default;
};

/// `unchanged`: it was read, and nothing that the run wrote is there.
struct ValueFailed {
  static constexpr std::string_view kind = "value_failed";
  EventValue value{};
  bool unchanged = false;
  std::string why{};
  std::string cure{};
  bool operator==(const ValueFailed&) const = default;
};

/// Every deploy that was there before one was asked for, the newest first. `server_time`: when they were
/// listed or, if that is later, when the last link or value was read back; none where that did not tell
/// it. Where the plan left them out, they are listed first before anything of the service is written.
struct SnapshotTaken {
  static constexpr std::string_view kind = "snapshot_taken";
  EventService service{};
  std::vector<DeployId> deploys{};
  std::optional<Time> server_time{};
  std::optional<DeployId> live{};  // what runs, where the plan left it out; empty: nothing
  bool operator==(const SnapshotTaken&) const = default;
};

/// Durable before the request goes out.
struct DeployIntended {
  static constexpr std::string_view kind = "deploy_intended";
  EventService service{};
  int attempt = 0;
  DeployMode mode = DeployMode::build_and_deploy;
  DeployId rollback_to{};  // empty: to none
  bool operator==(const DeployIntended&) const = default;
};

struct DeployAnswered {
  static constexpr std::string_view kind = "deploy_answered";
  EventService service{};
  int http_status = 0;
  DeployId deploy{};  // empty: the answer named none
  std::string why{};
  std::string request_id{};
  std::optional<Time> server_time{};
  bool operator==(const DeployAnswered&) const = default;
};

/// `deploy` carries the change. `how` it was found; empty: the answer named it.
struct DeployAttributed {
  static constexpr std::string_view kind = "deploy_attributed";
  EventService service{};
  DeployId deploy{};
  std::string how{};
  bool operator==(const DeployAttributed&) const = default;
};

struct DeployObserved {
  static constexpr std::string_view kind = "deploy_observed";
  EventService service{};
  DeployId deploy{};
  std::string deploy_status{};  // Render's word
  bool operator==(const DeployObserved&) const = default;
};

/// The first one tells that the health path is asked from now on, and has no status.
struct HealthObserved {
  static constexpr std::string_view kind = "health_observed";
  EventService service{};
  int http_status = 0;
  std::string why{};
  bool operator==(const HealthObserved&) const = default;
};

struct ServiceEnded {
  static constexpr std::string_view kind = "service_ended";
  EventService service{};
  ServiceOutcome state = ServiceOutcome::none;
  DeployId deploy{};  // empty: there is none
  std::string why{};
  std::string cure{};
  bool operator==(const ServiceEnded&) const = default;
};

/// What Render tells about a deploy that failed.
struct FailureTold {
  static constexpr std::string_view kind = "failure_told";
  EventService service{};
  DeployId deploy{};
  std::string told_by_render{};    // the reason that its events name
  std::vector<std::string> log{};  // the last lines, masked
  std::string no_log{};            // why there are none, and where to read it
  bool quota_exhausted = false;  // no deploy of the workspace can succeed before it has new pipeline minutes
  bool operator==(const FailureTold&) const = default;
};

/// A note for people: a limit, a retry, or readings that disagree, hold the run back.
struct Waiting {
  static constexpr std::string_view kind = "waiting";
  int seconds = 0;
  std::string why{};
  bool operator==(const Waiting&) const = default;
};

struct Interrupted {
  static constexpr std::string_view kind = "interrupted";
  int times = 0;
  bool operator==(const Interrupted&) const = default;
};

struct RunEnded {
  static constexpr std::string_view kind = "run_ended";
  model::Outcome outcome = model::Outcome::done;
  bool operator==(const RunEnded&) const = default;
};

struct Event {
  using What =
      std::variant<RunBegan, RunResumed, HoldIntended, HoldAnswered, HoldProved, HoldFailed, GroupIntended,
                   GroupAnswered, GroupMade, GroupFailed, ValueIntended, ValueAnswered, ValueProved,
                   ValueFailed, LinkIntended, LinkAnswered, LinkProved, LinkFailed, SnapshotTaken,
                   DeployIntended, DeployAnswered, DeployAttributed, DeployObserved, HealthObserved,
                   ServiceEnded, FailureTold, Waiting, Interrupted, RunEnded>;
  Time at{};
  What what;
  bool operator==(const Event&) const = default;

  /// Null when it is of another kind.
  template <class Kind>
  const Kind* as() const {
    return std::get_if<Kind>(&what);
  }
  template <class Kind>
  bool is() const {
    return std::holds_alternative<Kind>(what);
  }
};

RunBegan run_began(const plan::Plan& plan);
std::string_view kind_of(const Event& event);
/// The link that it is about; null for an event of another kind.
const EventLink* link_of(const Event& event);
/// The value that it is about, likewise.
const EventValue* value_of(const Event& event);
/// The group that it is about, of an event of a group alone; null for others.
const EventGroup* group_of(const Event& event);
/// The service that it is about, be it by a link; null for an event of the run as a whole.
const EventService* service_of(const Event& event);

/// For std::visit: one function for each kind, and one for all others.
template <class... Functions>
struct ByKind : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
ByKind(Functions...) -> ByKind<Functions...>;

}  // namespace envlink::engine
