#pragma once
// How a service's part of a run ended.

#include <array>
#include <string_view>

#include "base/words.h"

namespace envlink::engine {

enum class ServiceOutcome {
  none,
  live,
  linked,      // its links are as planned, and nothing had to be deployed
  superseded,  // was live, then a newer deploy took over that has the change too
  failed,      // the deploy failed, or Render refused a request
  canceled,
  timed_out,    // still running when the time was up
  unsettled,    // no verdict: Render could not be reached, or the result of a request is unknown
  not_started,  // never requested: a service before it failed, or the run was stopped
};
constexpr auto words(ServiceOutcome) {
  return std::to_array<std::string_view>({"none", "live", "linked", "superseded", "failed", "canceled",
                                          "timed_out", "unsettled", "not_started"});
}

constexpr bool succeeded(ServiceOutcome outcome) {
  return outcome == ServiceOutcome::live || outcome == ServiceOutcome::linked ||
         outcome == ServiceOutcome::superseded;
}

/// A resumed run continues it.
constexpr bool is_open(ServiceOutcome outcome) {
  return outcome == ServiceOutcome::timed_out || outcome == ServiceOutcome::unsettled ||
         outcome == ServiceOutcome::not_started;
}

}  // namespace envlink::engine
