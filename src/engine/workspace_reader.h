#pragma once
// Reads what a plan or a verification needs of a workspace, in as few requests as the file allows: owners,
// services and groups (a page per hundred), each named group, and the newest deploys of each named service.
// If a finding may need them, also a service's own variables and groups that the file does not name: see
// plan/reading.h.

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
  /// Empty: values get no digests.
  model::DigestValue digest{};
  std::string digest_key{};  // identifies the key that they are made with
  /// false: no preflight follows, so no service's own variables are read.
  bool include_preflight_data = true;
  /// How many of the services whose links change are listed for a plan; the others when their turn comes.
  std::optional<std::size_t> most_listed{};
  /// Services that are not listed, whatever changes.
  std::set<ServiceId> listed_later{};
  /// Services seen live are not listed again while that observation counts.
  std::map<ServiceId, SeenLive> seen_live{};
  /// Read every environment of the workspace's groups and services, for its name.
  bool environments = false;
  /// Read every group itself, whether the file names it or not, list previews too, and read nothing else.
  bool every_group = false;
  /// Read the list of workspaces and choose one, and nothing else.
  bool owner_alone = false;
  /// Called after each of these reads: how many groups are read, and of how many. May be empty.
  std::function<void(std::size_t read, std::size_t all)> group_read{};
  /// The name or id of a service: its groups and own variables are read, and nothing that the file names.
  std::string single_service{};
  /// Other options of the plan: a service that is redeployed because of them is read closely too.
  plan::PlanOptions extra{};
  /// Called once groups and deploys are read; replaces `extra.history`. May be empty.
  std::function<plan::History(const model::Workspace&)> history{};
};

/// Bounds: services whose own variables are read, and groups read that the file does not name.
constexpr std::size_t most_preflight_reads = 200;

class WorkspaceReader final : public Activity {
 public:
  /// `workspace` names the workspace if the file does not (RENDER_WORKSPACE); may be empty. `budget`: what an
  /// earlier activity learned of the rate limits.
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
  Budget* limits() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlink::engine
