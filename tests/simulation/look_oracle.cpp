#include "look_oracle.h"

#include <fmt/format.h>

#include <algorithm>

#include "violation.h"

namespace envlink::simulation {
namespace {

/// A list may lack the deploys of the last 30 s, so a list that is this much older than another read is as
/// good. 2 s more because Render's times have whole seconds.
constexpr Duration fresh = std::chrono::seconds(30 + 2);

}  // namespace

LookOracle::LookOracle(const Scenario& scenario)
    : scenario_(scenario),
      listed_(scenario.workspace.services.size()),
      written_(listed_.size()),
      read_(scenario.workspace.groups.size()) {}

void LookOracle::reached(Time at, const api::Request& request, const api::Response& response) {
  const std::string_view target = request.target;
  for (std::size_t service = 0; service < listed_.size(); ++service) {
    const std::string& id = scenario_.workspace.services[service].id;
    if (request.method != api::Method::get) {
      if (target.find("/deploys") == target.npos && target.find(id) != target.npos) written_[service] = at;
    } else if (response.status == 200 && target.starts_with(fmt::format("/services/{}/deploys?", id))) {
      listed_[service] = at;
    }
  }
  if (request.method != api::Method::get || response.status != 200) return;
  for (std::size_t group = 0; group < read_.size(); ++group) {
    if (target == "/env-groups/" + scenario_.workspace.groups[group].id) read_[group] = at;
  }
}

void LookOracle::changes_a_link(const plan::Plan& plan, std::size_t service, std::size_t place) const {
  if (!plan.services[service].deploys_unread || (listed_[place] && *listed_[place] >= run_began_)) return;
  throw Violation(fmt::format("looks: a link of {} is changed, and nobody looked what it runs",
                              plan.services[service].name));
}

void LookOracle::asks_for_a_deploy(const plan::Plan& plan, std::size_t service, std::size_t place) const {
  const std::string& name = plan.services[service].name;
  const std::optional<Time>& listed = listed_[place];
  if (!listed)
    throw Violation(fmt::format("looks: a deploy of {} is asked for, and nobody listed its", name));
  if (*listed >= run_began_ && (!written_[place] || *listed >= *written_[place])) return;
  // A request whose answer was lost may have arrived after the list was read: nobody could know.
  if (*listed >= run_began_ && scenario_.hostility.late > 0) return;
  std::optional<Time> read_back;
  for (const plan::LinkChange& change : plan.links) {
    if (change.service != service) continue;
    for (std::size_t group = 0; group < read_.size(); ++group) {
      if (scenario_.workspace.groups[group].id == change.group.text())
        read_back = std::max(read_back, read_[group]);
    }
  }
  if (!read_back || *listed + fresh < *read_back)
    throw Violation(fmt::format("looks: a deploy of {} is asked for by an old list of its deploys", name));
}

}  // namespace envlink::simulation
