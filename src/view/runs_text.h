#pragma once
// The last runs of this machine for people, one line each.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/outcome.h"
#include "view/run_changes.h"
#include "view/style.h"

namespace envlink::view {

struct RunRow {
  std::int64_t number = 0;
  Time began{};
  std::optional<Time> ended{};
  std::optional<model::Outcome> outcome{};  // unset: unfinished
  std::optional<std::int64_t> undoes{};
  std::optional<RunChanges> changes{};  // unset: unknown
  std::string workspace{};              // its name, or its id
  std::string by{};                     // user@host
};

std::string render_runs(const std::vector<RunRow>& runs, Time now, const Style& style);

}  // namespace envlink::view
