#pragma once
// Is it worth waiting for another reading? Replicas may lag: where this reading leaves open which links are
// in place, or what a deploy carries, a later one may change what is to be done. Pure.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/workspace.h"
#include "plan/history.h"

namespace envlink::plan {

/// What a reading comes to, by service, in words that are only compared. `history`: with that reading.
using Verdicts = std::map<ServiceId, std::string>;
using Judge = std::function<Verdicts(const model::Workspace& reading, const History& history)>;

/// The unsettled links of the services on which a later reading may come to another verdict, if nobody
/// changes anything until then. Where the verdict changes on other services alone: all unsettled links. Two
/// later readings are tried, with every link as shown and with every link as known; mixtures are not.
std::vector<History::Unsettled> deciding_links(const model::Workspace& reading, const History& history,
                                               const Judge& judge);

}  // namespace envlink::plan
