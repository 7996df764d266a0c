#pragma once
// The fields of each kind of event, for writing and for reading (json/fields.h). Private to event_json.cpp.

#include "engine/event.h"
#include "json/fields.h"

namespace envlink::engine {

using json::Like;

template <class Visit>
inline constexpr bool is_reader = std::remove_reference_t<Visit>::reads;

void fields(auto& visit, Like<EventWorkspace> auto& workspace) {
  visit("id", workspace.id);
  visit("name", workspace.name);
}

void fields(auto& visit, Like<EventGroup> auto& group) {
  visit("id", group.id);
  visit("name", group.name);
}

/// The position is a field next to it, so the object is the same as in every other document.
void fields(auto& visit, Like<EventService> auto& service) {
  visit("id", service.id);
  visit("name", service.name);
}

void about(auto& visit, Like<EventService> auto& service) {
  visit("service", service);
  visit("service_position", service.position);
}

void about(auto& visit, Like<EventLink> auto& link) {
  visit("action", link.action);
  visit("group", link.group);
  about(visit, link.service);
  visit("link_position", link.position);
}

void about(auto& visit, Like<EventValue> auto& value) {
  visit("action", value.action);
  visit("group", value.group);
  visit("key", value.key);
  visit("value_position", value.position);
}

void answer(auto& visit, auto& answered) {
  visit.or_null("http_status", answered.http_status);
  visit.or_null("why", answered.why);
  visit.or_null("request_id", answered.request_id);
  visit.or_null("server_time", answered.server_time);
}

void fields(auto& visit, Like<RunBegan> auto& began) {
  visit("workspace", began.workspace);
  visit.or_null("undoes", began.undoes);
  visit.if_any("values", began.values);
  visit("links", began.links);
  visit("deploys", began.deploys);
  visit("waves", began.waves);
}

void fields(auto&, Like<RunResumed> auto&) {}

void fields(auto& visit, Like<HoldIntended> auto& intended) {
  about(visit, intended.service);
  visit("action", intended.action);
  visit("was", intended.was);
  visit("attempt", intended.attempt);
}

void fields(auto& visit, Like<HoldAnswered> auto& answered) {
  about(visit, answered.service);
  visit("action", answered.action);
  answer(visit, answered);
  visit.if_any("not_sent", answered.not_sent);
}

void fields(auto& visit, Like<HoldProved> auto& proved) {
  about(visit, proved.service);
  visit("action", proved.action);
  visit("found", proved.found);
}

void fields(auto& visit, Like<HoldFailed> auto& failed) {
  about(visit, failed.service);
  visit("action", failed.action);
  visit.or_null("why", failed.why);
  visit.or_null("cure", failed.cure);
}

void fields(auto& visit, Like<LinkIntended> auto& intended) {
  about(visit, intended.link);
  visit("attempt", intended.attempt);
}

void fields(auto& visit, Like<LinkAnswered> auto& answered) {
  about(visit, answered.link);
  answer(visit, answered);
}

void fields(auto& visit, Like<LinkProved> auto& proved) {
  about(visit, proved.link);
  visit.or_null("server_time", proved.server_time);
}

void fields(auto& visit, Like<LinkFailed> auto& failed) {
  about(visit, failed.link);
  visit.or_null("why", failed.why);
  visit.or_null("cure", failed.cure);
}

void fields(auto& visit, Like<GroupIntended> auto& intended) {
  visit("group", intended.group);
  visit("attempt", intended.attempt);
}

void fields(auto& visit, Like<GroupAnswered> auto& answered) {
  visit("group", answered.group);
  answer(visit, answered);
  visit.if_any("not_sent", answered.not_sent);
}

void fields(auto& visit, Like<GroupMade> auto& made) {
  visit("group", made.group);
  visit.or_null("how", made.how);
  visit.or_null("server_time", made.server_time);
}

void fields(auto& visit, Like<GroupFailed> auto& failed) {
  visit("group", failed.group);
  visit("unchanged", failed.unchanged);
  visit.or_null("why", failed.why);
  visit.or_null("cure", failed.cure);
}

void fields(auto& visit, Like<ValueIntended> auto& intended) {
  about(visit, intended.value);
  visit("attempt", intended.attempt);
}

void fields(auto& visit, Like<ValueAnswered> auto& answered) {
  about(visit, answered.value);
  answer(visit, answered);
}

void fields(auto& visit, Like<ValueProved> auto& proved) {
  about(visit, proved.value);
  visit.or_null("server_time", proved.server_time);
}

void fields(auto& visit, Like<ValueFailed> auto& failed) {
  about(visit, failed.value);
  visit("unchanged", failed.unchanged);
  visit.or_null("why", failed.why);
  visit.or_null("cure", failed.cure);
}

void fields(auto& visit, Like<SnapshotTaken> auto& taken) {
  about(visit, taken.service);
  visit("deploys", taken.deploys);
  visit.or_null("server_time", taken.server_time);
  visit.if_any("live", taken.live);
}

void fields(auto& visit, Like<DeployIntended> auto& intended) {
  about(visit, intended.service);
  visit("attempt", intended.attempt);
  visit("mode", intended.mode);
  visit.or_null("rollback_to", intended.rollback_to);
}

void fields(auto& visit, Like<DeployAnswered> auto& answered) {
  about(visit, answered.service);
  visit.or_null("deploy", answered.deploy);
  answer(visit, answered);
}

void fields(auto& visit, Like<DeployAttributed> auto& attributed) {
  about(visit, attributed.service);
  visit("deploy", attributed.deploy);
  visit.or_null("how", attributed.how);
}

void fields(auto& visit, Like<DeployObserved> auto& observed) {
  about(visit, observed.service);
  visit("deploy", observed.deploy);
  visit("deploy_status", observed.deploy_status);
}

void fields(auto& visit, Like<HealthObserved> auto& observed) {
  about(visit, observed.service);
  visit.or_null("http_status", observed.http_status);
  visit.or_null("why", observed.why);
}

void fields(auto& visit, Like<ServiceEnded> auto& ended) {
  about(visit, ended.service);
  visit("state", ended.state);
  visit.or_null("deploy", ended.deploy);
  visit.or_null("why", ended.why);
  visit.or_null("cure", ended.cure);
}

void fields(auto& visit, Like<FailureTold> auto& told) {
  about(visit, told.service);
  visit("deploy", told.deploy);
  visit.or_null("told_by_render", told.told_by_render);
  visit("log", told.log);
  visit.or_null("no_log", told.no_log);
  visit.if_any("quota_exhausted", told.quota_exhausted);
}

void fields(auto& visit, Like<Waiting> auto& waiting) {
  visit("seconds", waiting.seconds);
  visit.or_null("why", waiting.why);
}

void fields(auto& visit, Like<Interrupted> auto& interrupted) {
  visit("times", interrupted.times);
}

void fields(auto& visit, Like<RunEnded> auto& ended) {
  int code = exit_code(ended.outcome);
  std::string outcome(to_string(ended.outcome));
  visit("outcome", outcome);
  visit("exit_code", code);
  if constexpr (is_reader<decltype(visit)>) {
    const auto known = model::outcome_from(outcome);
    if (!known) return visit.say("outcome", "is an unknown word, perhaps from a newer envlink");
    ended.outcome = *known;
  }
}

}  // namespace envlink::engine
