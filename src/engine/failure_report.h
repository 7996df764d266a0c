#pragma once
// What is read after a deploy failed, so that the failure is told with its reason and the end of its log.
// Part of the inside of a rollout: see rollout_state.h.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/failure_reason.h"
#include "api/redaction.h"
#include "engine/request_scheduler.h"
#include "model/deploy.h"

namespace envlink::engine {

struct FailureReport {
  enum class Part { events, groups, group, variables, log };
  std::size_t service = 0;
  model::Deploy deploy;  // only its id is certain
  Time began{};          // where its events and its log begin, by Render's clock
  api::Redactor redactor;
  std::map<RequestId, Part> open;  // reads under way
  std::optional<Time> again_at;  // the last read is repeated: what it is about had not arrived at Render yet
  int events_left = 3;
  int log_left = 3;
  int pages_left = 10;        // of variables, and of groups
  std::set<GroupId> to_mask;  // groups whose values may stand in the log
  bool log_asked = false;     // by then everything is known that must be masked
  bool groups_again = false;  // after the log: was one linked meanwhile?
  api::FailureReason reason;
  std::string reason_trouble;
  std::string mask_trouble;
  std::string log_trouble;
  std::vector<std::string> lines;
};

}  // namespace envlink::engine
