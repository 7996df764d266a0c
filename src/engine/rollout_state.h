#pragma once
// The internals of a rollout, shared only by the files rollout*.cpp. `progress` is a fold over the events;
// the rest is what is in progress now, and would be found again after a restart.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/error_message.h"
#include "api/failure_reason.h"
#include "api/rate_limit_headers.h"
#include "api/redaction.h"
#include "engine/attribution.h"
#include "engine/listing.h"
#include "engine/log_reading.h"
#include "engine/polling.h"
#include "engine/request_scheduler.h"
#include "engine/rollout.h"
#include "engine/unbuilt_deploys.h"

namespace envlink::engine {

enum class Asked {
  hold_read,
  hold_write,
  group_look,
  replaced_read,
  group_write,
  new_group_read,
  values_look,
  value_write,
  values_read,
  link_write,
  group_read,
  look,
  snapshot,
  deploy_write,
  settle_read,
  poll,
  successor_read,
  health,
  failure_detail
};

struct Purpose {
  Asked asked = Asked::poll;
  std::size_t index = 0;  // of a service, value or link; of a reading: in `value_groups` or `groups`
};

/// A value change in progress: its group is read, the value is written, read back, and written again if that
/// is safe.
struct ValueRun {
  enum class Stage { unseen, due, writing, answered, reading, resting, settled } stage = Stage::unseen;
  api::Request request;                // the last one
  std::optional<api::Outcome> answer;  // to `request`
  Time answered_at{};
  int tries = 0;  // by this process
  Time rest_until{};
  bool write_again = false;  // after the rest: write again; false: only read again
};

/// A group whose values change: read before the first value of any group is written; its values are written
/// in sequence and read back together.
struct ValueGroup {
  GroupId id;
  std::string name;
  std::vector<std::size_t> values;
  bool asked = false;             // a reading of it is in progress
  bool looked = false;            // it was read before writing
  std::optional<Time> look_at{};  // earliest time of that reading
};

/// Switches a service's automatic deploys off or restores them: written, then read back.
struct HoldRun {
  enum class Stage { idle, writing, reading, resting, settled } stage = Stage::idle;
  HoldAction action = HoldAction::hold;
  RequestId asked = 0;     // the last reading: answers to earlier ones are ignored
  api::Request request{};  // the last write
  std::optional<api::Outcome> answer{};
  Time answered_at{};
  int tries = 0;                 // by this process
  int unread = 0;                // readings in a row without a result
  std::optional<Time> on_by{};   // from then on no request of an earlier process takes effect
  std::optional<Time> off_by{};  // from then on every reading shows the result of switching them off
  Time rest_until{};
  bool write_again = false;  // after the rest: write again; false: only read again
};

/// The run's new group.
struct NewGroupRun {
  enum class Stage { due, looking, writing, resting, made, reading, settled } stage = Stage::due;
  api::Request request{};  // the last request for it
  std::optional<api::Outcome> answer{};
  Time answered_at{};
  int tries = 0;                     // by this process
  std::optional<Time> arrives_by{};  // from then on no request whose answer was lost takes effect
  Time rest_until{};
  Listing listing{};  // of the groups with its name, being read
  std::vector<GroupId> found{};
  std::optional<Time> looked_at{};  // when its first page was requested
};

/// A link change in progress: written, read back, and written again if that is safe.
struct LinkRun {
  enum class Stage { idle, writing, answered, reading, resting, settled } stage = Stage::idle;
  std::optional<api::Request> request;  // of the last write
  std::optional<api::Outcome> answer;
  Time answered_at{};
  std::optional<Time> read_back;  // when it was proved, by Render's clock, in whole seconds
  int tries = 0;                  // by this process
  std::optional<Time> made_by;    // it had taken effect by then, by an answer or a reading
  bool missed = false;            // a later reading did not show it: only what every replica must show counts
  std::optional<Time> rest_until;  // of Stage::resting
  bool write_again = false;        // after the rest: write again; false: only read again
  bool undone = false;             // was proved, and is missing for longer than any lag
};

/// A group whose links are read back: one read serves every change that was answered before it.
struct GroupRun {
  GroupId id;
  std::string name;
  std::vector<std::size_t> links;
  bool reading = false;
};

struct ServiceRun {
  bool begun = false;
  Time since{};   // its deploy was requested, or this process took over; the timeout counts from here
  int tries = 0;  // requests for a deploy by this process
  bool last_poll = false;               // time is up: one last poll
  std::optional<Time> last_look_until;  // the last poll counts until then
  std::vector<std::size_t> links;
  std::vector<std::size_t> dependants;
  std::optional<Time> listed_at;  // the last list before its links changed, by Render's clock
  std::optional<Duration> usual;  // median of its last deploys, if the plan left them out
  std::optional<RequestId> snapshot_asked;
  std::optional<Deploys> snapshot;  // its deploys, after the last link change was answered
  std::optional<Time> snapshot_at;  // by Render's clock, in whole seconds
  bool busy = false;                // a read about its deploy is in progress
  std::optional<Time> next_poll;
  int misses = 0;                    // polls in a row without a result
  std::string trouble;               // why the last of them failed
  std::optional<Time> settle_until;  // only a list read after this proves that there is no deploy
  int settle_reads = 0;
  std::vector<DeployId> shown;  // in the list that proved that the previous request had no effect
  api::Request request;         // the deploy request, for explaining its answer
  std::optional<api::Outcome> answer;
  std::optional<model::Deploy> seen;  // its deploy, as seen last
  std::optional<Time> told_at;        // the last answer about its deploys, by Render's clock
  std::optional<Time> seen_at;        // the answer that showed `seen`, by Render's clock
  std::optional<Time> replaced_at;    // when the deploy was first seen replaced or canceled
};

/// What is read after a deploy failed, so that the failure is shown with its reason and the end of its log.
struct FailureReport {
  std::size_t service = 0;
  model::Deploy deploy;                  // only its id is certain
  Time began{};                          // where its events and its log begin, by Render's clock
  std::optional<LogReading> log;         // unset: the log of a canceled deploy is not read
  std::optional<RequestId> events_open;  // a read of its events is in progress
  std::optional<Time> events_again_at;   // read again then: the deploy's end was not among its events yet
  bool events_read = false;              // enough is known to tell whether the cause stops other services
  Time cause_due{};                      // other services wait for that at most until then
  int events_left = 3;
  api::FailureReason reason;
  std::string reason_trouble;
};

struct Rollout::State {
  std::shared_ptr<plan::Plan> own_plan;  // for a plan with a new group, whose id is filled in later
  std::shared_ptr<const plan::Plan> kept_plan;
  const plan::Plan& plan;
  ValuesBefore values_before;
  Progress progress;
  RequestScheduler scheduler;
  PollBudget poll_budget;
  ValueWrites writes;
  std::vector<ValueRun> values;
  std::vector<ValueGroup> value_groups;
  std::vector<PriorValue> undo;          // not returned by step() yet
  api::Redactor replaced;                // knows the values from before the run
  bool stopped_writing = false;          // no more values are written
  std::map<std::size_t, HoldRun> holds;  // by service
  NewGroupRun new_group;
  bool restoring = false;  // only automatic deploys are left to restore
  std::vector<LinkRun> links;
  std::vector<GroupRun> groups;
  std::vector<ServiceRun> services;
  std::vector<std::size_t> order;    // services that have not begun, in their order
  std::vector<std::size_t> at_work;  // services begun and not ended
  std::unordered_map<RequestId, Purpose> under_way;
  std::vector<Event> fresh;  // in `progress`, not returned by step() yet
  std::optional<Time> wake;
  int active = 0;           // services begun and not ended
  std::size_t watched = 0;  // of these, services whose deploy is in progress
  UnbuiltDeploys unbuilt;
  int writes_under_way = 0;
  std::optional<Time> lost_until;  // from then on no link request whose answer was lost takes effect
  bool halted = false;
  bool to_resume = false;     // the next step records RunResumed first
  bool unauthorized = false;  // Render refused the key
  bool forbidden = false;     // Render refused a part of the run: 403
  std::string exhausted;      // why no deploy can succeed any more; empty: none known
  bool finished = false;
  std::vector<FailureReport> failure_reports;  // failures that are being read about
  std::optional<Time> report_until;            // set when nothing else is left to do

  State(std::shared_ptr<const plan::Plan> the_plan, Budget budget);

  // rollout.cpp
  void record(Time now, Event::What what);
  RequestId ask(api::Request request, Repeat repeat, Purpose purpose);
  void wake_at(Time time) { wake = std::min(wake.value_or(time), time); }
  void end_service(Time now, std::size_t service, ServiceOutcome outcome, std::string reason,
                   std::string cure = {});
  void block_dependants(Time now, std::size_t service);  // after a bad outcome
  bool gate_passed(std::size_t service) const;
  bool may_begin(std::size_t service) const;
  void begin_ready(Time now);
  void drive_deploys(Time now);
  void drive_work(Time now);  // all but the holds
  void stop_waiting(Time now, const std::string& because);
  void withdraw(Time now);  // after an interrupt: drops requests that are not sent yet
  bool may_finish(Time now);
  void finish(Time now);
  void abort_unauthorized(Time now, const Error& error);
  model::Outcome outcome() const;

  // rollout_resume.cpp
  void resume(Time now);
  void resume_links(Time now, std::size_t service);
  void resume_deploy(Time now, std::size_t service);

  // rollout_hold.cpp
  void resume_holds(Time now);
  void begin_restoring(Time now);
  bool awaits_holds() const;
  bool holds_restored() const;
  void drive_holds(Time now);
  void write_hold(Time now, std::size_t service, const std::string& was);
  void write_hold_again(Time now, std::size_t service, const Delivery& read);
  void hold_answered(Time now, std::size_t service, const Delivery& delivery);
  void hold_read(Time now, std::size_t service, const Delivery& delivery);
  void judge_off(Time now, std::size_t service, const model::Service& read, const Delivery& delivery);
  void judge_restored(Time now, std::size_t service, const model::Service& read, const Delivery& delivery);
  void rest_hold(Time now, std::size_t service, Time until, std::string_view shows);
  void fail_hold(Time now, std::size_t service, const std::string& why, std::string cure);

  // rollout_group.cpp
  void resume_group(Time now);
  bool awaits_group() const;
  void drive_group(Time now);
  void look_for_group(std::string_view cursor);
  void group_looked(Time now, const Delivery& delivery);
  void judge_list(Time now);
  void check_replaced(Time now);
  void replaced_read(Time now, const Delivery& delivery);
  void read_new_group(const GroupId& id);
  bool is_what_was_asked_for(const model::Group& found) const;
  void found_group_read(Time now, const Delivery& delivery);
  void rest_group(Time now, Time until, const std::string& why);
  void write_group(Time now);
  void group_answered(Time now, const Delivery& delivery);
  void group_is_made(Time now, const GroupId& id, std::string how, std::optional<Time> server_time);
  void new_group_read(Time now, const Delivery& delivery);
  void fail_new_group(Time now, bool unchanged, const std::string& why, std::string cure);

  // rollout_values.cpp
  void resume_values(Time now);
  void drive_values(Time now);
  bool values_settled() const;
  std::optional<Time> values_read_back() const;  // of the last value, by Render's clock, in whole seconds
  void values_looked(Time now, std::size_t group, const Delivery& delivery);
  void write_value(Time now, std::size_t value);
  void value_answered(Time now, std::size_t value, const Delivery& delivery);
  void group_read_back(Time now, std::size_t group, const Delivery& delivery);
  void judge_value(Time now, std::size_t value, const model::Group& group, const Delivery& read);
  void prove_value(Time now, std::size_t value, const Delivery& read);
  /// `unchanged`: the group was read, and nothing that the run wrote is there.
  void fail_value(Time now, std::size_t value, bool unchanged, std::string why, std::string cure);
  void fail_group(Time now, const ValueGroup& group, const Delivery& delivery, const Error& error);
  Result<model::Group> read_values(const ValueGroup& group, const Delivery& delivery,
                                   std::string_view doing) const;

  // rollout_links.cpp
  api::Request link_request(std::size_t link) const;
  void begin_links(Time now, std::size_t service);
  void write_due_links(Time now, std::size_t service);
  void write_link(Time now, std::size_t link);
  void drive_links(Time now);
  void link_answered(Time now, std::size_t link, const Delivery& delivery);
  void group_read(Time now, std::size_t group, const Delivery& delivery);
  void judge_link(Time now, std::size_t link, const std::optional<bool>& shown, const Delivery& read);
  void fail_link(Time now, std::size_t link, ServiceOutcome outcome, std::string why, std::string cure);
  void read_again(Time now, std::size_t link);
  bool links_answered(std::size_t service) const;
  bool links_proved(std::size_t service) const;
  std::optional<Time> links_read_back(std::size_t service) const;
  void fail_undone(Time now, std::size_t link);
  bool give_up_undone(Time now, std::size_t service);
  void see_undone(Time now, const model::Group& group, Time sent_at);
  bool may_be_so_already(std::size_t link) const;

  // rollout_look.cpp
  std::optional<Time> links_told_at(std::size_t service) const;
  /// A list is fresh enough to request a deploy.
  bool knows_deploys(std::size_t service) const;
  /// The plan left the deploys out: they are listed before anything of the service is written.
  bool must_look(std::size_t service) const;
  bool has_room_to_write(Time now, std::size_t service, std::size_t looking);
  void drive_looks(Time now);
  Result<Deploys> deploys_in(std::size_t service, const Delivery& delivery) const;
  void end_unlisted(Time now, std::size_t service, const Delivery& delivery, const Error& error);
  void looked(Time now, std::size_t service, const Delivery& delivery);
  bool rebuilds(std::size_t service) const;

  // rollout_deploys.cpp
  void drive_deploy(Time now, std::size_t service);
  void snapshot_read(Time now, std::size_t service, const Delivery& delivery);
  void request_deploy(Time now, std::size_t service);
  api::Request deploy_request(std::size_t service) const;
  Before known_before(std::size_t service) const;
  void wait_for_settling(Time now, std::size_t service);
  void deploy_answered(Time now, std::size_t service, const Delivery& delivery);
  void settle(Time now, std::size_t service);
  bool give_way(Time now, std::size_t service, const Deploys& deploys);
  void settle_read(Time now, std::size_t service, const Delivery& delivery);
  void attribute(Time now, std::size_t service, const model::Deploy& deploy, std::string how);

  // rollout_watch.cpp
  /// The time for the deploy is up, and so is the time for a last poll.
  bool looks_are_over(Time now, std::size_t service, Time deadline);
  /// The median length of its last deploys.
  std::optional<Duration> usual_of(std::size_t service) const;
  /// The likely length of its deploy. `guess`: estimate it even if neither its last deploys nor this run show
  /// one.
  std::optional<Duration> expected_of(std::size_t service, bool guess) const;
  void learn_length(Time now, std::size_t service);
  void drive_watch(Time now, std::size_t service);
  void poll_answered(Time now, std::size_t service, const Delivery& delivery);
  void observe(Time now, std::size_t service, const model::Deploy& deploy);
  bool may_show_later(std::size_t service, const Delivery& list) const;
  void successor_read(Time now, std::size_t service, const Delivery& delivery);
  void health_answered(Time now, std::size_t service, const Delivery& delivery);
  void poll_failed(Time now, std::size_t service, const Delivery& delivery);
  void time_is_up(Time now, std::size_t service);

  // rollout_failure.cpp
  void fetch_failure_details(Time now, std::size_t service);
  KnownBefore known_before_log(std::size_t service) const;
  LogReading::Ask asks_about_failure(std::size_t service);
  void read_events(FailureReport& report);
  void failure_detail_read(Time now, const Delivery& delivery);
  void events_read(Time now, FailureReport& report, const Delivery& delivery);
  void drive_failure_report(Time now, FailureReport& report);
  void drive_failure_reports(Time now);
  /// A deploy failed, and whether others would fail for the same reason is being found out.
  bool awaits_cause(Time now);
  void give_up_failure_reports(Time now);
  void finish_failure_report(Time now, FailureReport& report);
};

/// Why a request that an earlier process sent has no answer.
inline constexpr std::string_view ended_before_the_answer = "envlink ended before the answer came";

/// How long a request without an answer may still take effect: if the connection broke, it may be on its way;
/// if envlink stopped waiting, Render may still be working on it.
Duration may_arrive_for(const api::NoAnswer& silence);
/// How a service ends after a request without success: refused, or without a verdict.
ServiceOutcome service_outcome_of(const api::Outcome& outcome);
/// Render refuses, and repeating changes nothing: 402, 403, 406, 409, 422 and the like. Not 404: a new id may
/// not be known everywhere yet.
bool is_refusal(const api::Outcome& outcome);
/// The error in one sentence.
std::string what_and_why(const Error& error);
/// `why` without "could not TASK: ", for an event that names what was tried already.
std::string without_task(const std::string& task, const std::string& why);
/// Copies the answer's fields into the event.
void take_answer(const api::Response& response, auto& event) {
  event.http_status = response.status;
  event.request_id = api::request_id_of(response);
  event.server_time = api::date_of(response);
}

}  // namespace envlink::engine
