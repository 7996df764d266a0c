#pragma once
// What happened in a run, as values: one struct per kind of event. The rollout's state is a fold over the
// events; the journal stores them and every view observes them. All of these use the same JSON object
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

/// A service of the plan, with its name, so that an event can be understood without the plan.
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

/// A link change of the plan.
struct EventLink {
  plan::LinkAction action = plan::LinkAction::add;
  EventGroup group{};
  EventService service{};
  std::size_t position = 0;  // in the plan's links
  bool operator==(const EventLink&) const = default;
};

/// A value change of the plan. Has neither the value nor anything derived from it.
struct EventValue {
  plan::ValueAction action = plan::ValueAction::set;
  EventGroup group{};
  std::string key{};         // "file:NAME" for a secret file
  std::size_t position = 0;  // in the plan's values
  bool operator==(const EventValue&) const = default;
};

EventService event_service(const plan::Plan& plan, std::size_t position);
EventLink event_link(const plan::Plan& plan, std::size_t position);
EventValue event_value(const plan::Plan& plan, std::size_t position);

/// What a deploy request asked Render to do.
enum class DeployMode { build_and_deploy, deploy_only, rollback };
constexpr auto words(DeployMode) {
  return std::to_array<std::string_view>({"build_and_deploy", "deploy_only", "rollback"});
}

/// A run switches a service's automatic deploys off while it writes and deploys (hold), then puts the
/// previous setting back (restore).
enum class HoldAction { hold, restore };
constexpr auto words(HoldAction) {
  return std::to_array<std::string_view>({"hold", "restore"});
}

// In every kind: `http_status` is 0 if no answer came, `why` says what happened instead of a success,
// `server_time` is Render's clock, if known. Texts are cleaned and bounded already.

struct RunBegan {
  static constexpr std::string_view kind = "run_began";
  EventWorkspace workspace{};
  std::int64_t undoes = 0;  // the run that this one rolls back; 0: none
  std::size_t values = 0;   // value changes of the plan
  std::size_t links = 0;    // link changes of the plan
  std::size_t deploys = 0;
  std::size_t waves = 0;
  bool operator==(const RunBegan&) const = default;
};

/// A new process continues the run from the events before this one.
struct RunResumed {
  static constexpr std::string_view kind = "run_resumed";
  bool operator==(const RunResumed&) const = default;
};

/// Durable before the request is sent. `was`: the setting that the run found and puts back, in Render's word.
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
  bool not_sent = false;  // withdrawn before it was sent
  bool operator==(const HoldAnswered&) const = default;
};

/// Read back. `found`: the setting at that time, in Render's word.
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

/// Durable before the request is sent.
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

/// Read back as planned. `server_time`: of that reading; the link took effect by then.
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

/// A new group is requested with all its values and links. Durable before the request is sent.
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
  bool not_sent = false;  // it was never sent
  bool operator==(const GroupAnswered&) const = default;
};

/// The group exists and has this id. `how`: how it was found; empty: the answer named it.
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
  bool unchanged = false;  // no group was created
  std::string why{};
  std::string cure{};
  bool operator==(const GroupFailed&) const = default;
};

/// Durable before the request is sent.
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

/// Read back as planned. `server_time`: of that reading.
struct ValueProved {
  static constexpr std::string_view kind = "value_proved";
  EventValue value{};
  std::optional<Time> server_time{};
  bool operator==(const ValueProved&) const = default;
};

/// `unchanged`: the group was read, and nothing that the run wrote is there.
struct ValueFailed {
  static constexpr std::string_view kind = "value_failed";
  EventValue value{};
  bool unchanged = false;
  std::string why{};
  std::string cure{};
  bool operator==(const ValueFailed&) const = default;
};

/// Every deploy that existed before one was requested, newest first. `server_time`: when they were listed or,
/// if later, when the last link or value was read back; unset if unknown. If the plan left the deploys out,
/// they are listed before anything of the service is written.
struct SnapshotTaken {
  static constexpr std::string_view kind = "snapshot_taken";
  EventService service{};
  std::vector<DeployId> deploys{};
  std::optional<Time> server_time{};
  std::optional<DeployId> live{};  // what runs, if the plan left it out; empty: nothing
  bool operator==(const SnapshotTaken&) const = default;
};

/// Durable before the request is sent.
struct DeployIntended {
  static constexpr std::string_view kind = "deploy_intended";
  EventService service{};
  int attempt = 0;
  DeployMode mode = DeployMode::build_and_deploy;
  DeployId rollback_to{};  // empty: this is not a rollback
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

/// `deploy` carries the change. `how`: how it was found; empty: the answer named it.
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

/// The first one says that the health check begins, and has no status.
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

/// What Render says about a failed deploy.
struct FailureTold {
  static constexpr std::string_view kind = "failure_told";
  EventService service{};
  DeployId deploy{};
  std::string told_by_render{};    // the reason in Render's events
  std::vector<std::string> log{};  // the last lines, masked
  std::string no_log{};            // why there is no log, and where to read it
  bool quota_exhausted = false;  // no deploy of the workspace can succeed before it has new pipeline minutes
  bool operator==(const FailureTold&) const = default;
};

/// A note for people: a limit, a retry or contradicting readings hold the run back.
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

  /// Null if the event is of another kind.
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
/// The link that the event is about; null for other kinds.
const EventLink* link_of(const Event& event);
/// The value that the event is about; null for other kinds.
const EventValue* value_of(const Event& event);
/// The group, if the event is about a group alone; null otherwise.
const EventGroup* group_of(const Event& event);
/// The service that the event is about, directly or through a link; null for an event of the whole run.
const EventService* service_of(const Event& event);

/// For std::visit: one function per kind, and one for all others.
template <class... Functions>
struct ByKind : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
ByKind(Functions...) -> ByKind<Functions...>;

}  // namespace envlink::engine
