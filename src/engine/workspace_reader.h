#pragma once
// Reads what a plan or a verification needs of a workspace, in as few requests as the file allows:
// owners, services and groups (a page each per hundred), each named group, and the newest deploys of each
// named service. Where a finding can come of it, also a service's own variables and the groups that the file
// does not name: see plan/reading.h.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/fingerprint.h"
#include "base/error.h"
#include "engine/budget.h"
#include "engine/ports.h"
#include "engine/read_counts.h"
#include "engine/seen_live.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan_options.h"

namespace envlink::engine {

struct ReadOptions {
  /// Unset: whether two values are equal stays unknown.
  std::optional<api::Fingerprinter> fingerprinter{};
  /// Empty: no value gets a digest.
  model::DigestValue digest{};
  std::string digest_key{};  // tells with which key they are made
  /// false: no preflight follows, so nobody's own variables are read.
  bool include_preflight_data = true;
  /// Of services whose links change, so many are listed for a plan; the others when their turn comes.
  std::optional<std::size_t> most_listed{};
  /// Or these are left out, whatever changes.
  std::set<ServiceId> listed_later{};
  /// Those of their services are not listed again while a look counts.
  std::map<ServiceId, SeenLive> seen_live{};
  /// Every environment of the workspace's groups and services is read for its name.
  bool environments = false;
  /// Every group is read itself, whether the file names it or not, and previews are listed as well. Nothing
  /// else is.
  bool every_group = false;
  /// Told then after each of them: how many are read, and of how many. May be empty.
  std::function<void(std::size_t read, std::size_t all)> group_read{};
  /// The name or the id of a service: its groups and its own variables are read, and nothing that the file
  /// names.
  std::string single_service{};
  /// What else the plan will go by: a service that is redeployed for it is read closely as well.
  plan::PlanOptions extra{};
  /// Asked once groups and deploys are read; takes the place of `extra.history`. May be empty.
  std::function<plan::History(const model::Workspace&)> history{};
};

/// How many services' own variables, and how many groups that the file does not name, are read at most.
constexpr std::size_t most_preflight_reads = 200;

class WorkspaceReader final : public Activity {
 public:
  /// `workspace` names the workspace where the file does not (RENDER_WORKSPACE); may be empty. `budget`: what
  /// an activity before this one learnt of the rate limits.
  WorkspaceReader(const model::Desired& desired, std::string workspace, Budget budget = {},
                  ReadOptions options = {});
  ~WorkspaceReader() override;

  Step step(Time now) override;
  void receive(Time now, Reply reply) override;
  void interrupt(Time now) override;
  bool finished() const override;

  const Result<model::Workspace>& result() const;  // valid once finished
  const ReadCounts& requests() const;
  /// How many of the requests known so far are answered. Their number grows while lists are read.
  struct Answered {
    std::size_t answered = 0;
    std::size_t known = 0;
  };
  Answered answered() const;
  const Budget& budget() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlink::engine
