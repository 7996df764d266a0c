#pragma once
// Decides whether to wait for another reading. Replicas may lag: if this reading does not show for certain
// which links exist or what a deploy runs with, a later one may lead to another plan. Pure.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/workspace.h"
#include "plan/history.h"

namespace envlink::plan {

/// The verdict on a reading, by service; the words are only compared. `history` includes the reading.
using Verdicts = std::map<ServiceId, std::string>;
using Judge = std::function<Verdicts(const model::Workspace& reading, const History& history)>;

/// The unsettled links of services whose verdict a later reading may change if nobody changes anything
/// meanwhile. If only verdicts of other services may change: all unsettled links. Two later readings are
/// tried: every link as shown, and every link as known. Mixtures are not tried.
std::vector<History::Unsettled> deciding_links(const model::Workspace& reading, const History& history,
                                               const Judge& judge);

}  // namespace envlink::plan
