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
  superseded,  // was live, then a newer deploy took over that carries the change as well
  failed,      // Render's verdict: its deploy failed, or a request was refused
  canceled,
  timed_out,    // still running when the time was up
  unsettled,    // no verdict: Render could not be reached, or what came of a request could not be found out
  not_started,  // never asked for: something before it failed or the run was stopped
};
constexpr auto words(ServiceOutcome) {
  return std::to_array<std::string_view>({"none", "live", "linked", "superseded", "failed", "canceled",
                                          "timed_out", "unsettled", "not_started"});
}

constexpr bool succeeded(ServiceOutcome outcome) {
  return outcome == ServiceOutcome::live || outcome == ServiceOutcome::linked ||
         outcome == ServiceOutcome::superseded;
}

/// A resumed run goes on with it.
constexpr bool is_open(ServiceOutcome outcome) {
  return outcome == ServiceOutcome::timed_out || outcome == ServiceOutcome::unsettled ||
         outcome == ServiceOutcome::not_started;
}

}  // namespace envlink::engine
