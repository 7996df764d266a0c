#pragma once
// Dependencies that lead back to where they began.

#include <vector>

#include "config/report.h"
#include "model/desired.h"

namespace envlink::config {

/// `after` must hold names of these services, none its own.
void report_cycles(const std::vector<model::DesiredService>& services, Report& report);

}  // namespace envlink::config
