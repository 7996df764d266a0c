#pragma once
// What earlier readings and runs show about a workspace: which links and values each deploy runs with.
// Render does not say when a link was made or a value changed. Pure. Rules: docs/how-it-works/status.md.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/words.h"
#include "model/deploy.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::plan {

/// A variable or secret file ("file:NAME") of a group, with the digest of its value.
struct ValueSeen {
  std::string name{};
  std::string digest{};  // empty: it changed around the start of the deploy, so the deploy's is unknown
  bool operator==(const ValueSeen&) const = default;
};
using Values = std::vector<ValueSeen>;        // sorted by name
Values values_of(const model::Group& group);  // the group was read with its values
Values values_of(const std::vector<model::Variable>& variables);

enum class EvidenceSource {
  run,      // a run read the link back before it requested the deploy
  reading,  // a reading before the deploy and one after it agree
  adopted,  // `init` recorded what was linked as running
};
constexpr auto words(EvidenceSource) {
  return std::to_array<std::string_view>({"run", "reading", "adopted"});
}

struct CarriedGroup {
  GroupId group{};
  std::int64_t values = 0;        // key of State::values; 0: not known
  bool settled = false;           // confirmed by a reading after the deploy had read its environment
  std::optional<Time> adopted{};  // when `init` recorded it, without proof
  bool operator==(const CarriedGroup&) const = default;
};

/// What a deploy is known to run with. It may also have groups that are not listed.
struct CarriedDeploy {
  DeployId deploy{};
  EvidenceSource source = EvidenceSource::run;
  std::int64_t run = 0;  // for EvidenceSource::run
  Time at{};             // when this became known
  bool ended = false;    // the deploy has read its environment; later changes do not reach it
  std::vector<CarriedGroup> groups{};
  const CarriedGroup* find(const GroupId& group) const;
  bool operator==(const CarriedDeploy&) const = default;
};

/// Whether a deploy runs with one group that its service is linked to now.
struct Carries {
  enum class Link { yes, no, unknown };
  Link link = Link::unknown;  // no: the link is newer than the deploy
  std::optional<EvidenceSource> source{};
  std::int64_t run = 0;
  Time at{};
  bool values_known = false;           // at least some of the deploy's values are known
  std::vector<std::string> changed{};  // names whose value differs from the deploy's
  std::vector<std::string> unknown{};  // names for which this is not known
  std::vector<std::string> hidden{};   // names whose value Render hid then and hides now: not comparable
  /// Hidden values are not compared.
  bool same() const { return link == Link::yes && values_known && changed.empty() && unknown.empty(); }
};

class History {
 public:
  /// Adds a reading of the workspace. Only groups that were read with their values count.
  void read(const model::Workspace& workspace);
  /// Records that each running deploy has the links and values of this reading.
  void adopt(const model::Workspace& workspace);

  // What a run reports, in the order in which it happened.
  void change_begins(std::int64_t run, const ServiceId& service);
  void link_changed(LinkAction action, const GroupId& group, const ServiceId& service,
                    std::optional<Time> server_time);
  /// A run created the group, without values so far.
  void group_made(const GroupId& group, std::optional<Time> server_time);
  /// A written value was read back. `digest`: empty if the value was removed. `digest_key`: identifies the
  /// key of the digest.
  void value_changed(const GroupId& group, std::string_view name, const std::string& digest,
                     std::string_view digest_key, std::optional<Time> server_time);
  void deploy_attributed(std::int64_t run, const ServiceId& service, const DeployId& deploy, Time at);
  void service_ended(const ServiceId& service, const DeployId& deploy);

  Carries carries(const ServiceId& service, const model::Deploy& deploy, const model::Group& group) const;
  /// Groups that the deploy runs with and that are no longer linked.
  std::vector<CarriedGroup> left_behind(const ServiceId& service, const DeployId& deploy,
                                        const model::Workspace& actual) const;

  /// Also true if the last reading may lag and does not show the link, first seen less than 30 s before.
  bool last_known_linked(const ServiceId& service, const GroupId& group) const;

  /// A link that a later reading may settle, because Render's replicas may lag.
  struct Unsettled {
    enum class What {
      link,   // the reading contradicts what is known
      deploy  // seen before the running deploy, but not since it read its environment
    };
    What what = What::link;
    ServiceId service{};
    GroupId group{};
    Time at{};  // Render's clock: a reading that starts at this time settles it
    bool operator==(const Unsettled&) const = default;
  };
  std::vector<Unsettled> unsettled(const model::Workspace& reading) const;
  /// How long until a later reading shows whether the link is older than the running deploy; unset: never.
  std::optional<Duration> age_known_in(const ServiceId& service, const GroupId& group,
                                       const model::Workspace& reading) const;

  /// The group is not linked, and `deploy` began before that was seen. nullptr: no deploy runs.
  bool may_carry_unlinked(const ServiceId& service, const model::Deploy* deploy, const GroupId& group) const;

  /// The stored state (plan/history_json.h).
  struct LinkSeen {
    GroupId group{};
    ServiceId service{};
    bool linked = false;
    model::Reading first{};  // of the consecutive readings that showed this state
    model::Reading last{};
    std::optional<model::Reading> absent{};  // if linked: the last reading before, without the link
    bool operator==(const LinkSeen&) const = default;
  };
  struct GroupSeen {
    std::int64_t values = 0;
    model::Reading first{};
    model::Reading last{};
    bool operator==(const GroupSeen&) const = default;
  };
  struct Draft {
    std::int64_t run = 0;
    std::vector<CarriedGroup> groups{};
    bool operator==(const Draft&) const = default;
  };
  struct State {
    std::string key{};  // identifies the key of the digests
    std::map<std::pair<ServiceId, GroupId>, LinkSeen> links{};
    std::map<GroupId, std::vector<GroupSeen>> groups{};  // newest last
    std::map<ServiceId, std::vector<CarriedDeploy>> deploys{};
    std::map<ServiceId, Draft> drafts{};  // services that a run is about to deploy
    std::map<std::int64_t, Values> values{};
    bool operator==(const State&) const = default;
  };
  History() = default;
  explicit History(State state) : state_(std::move(state)) {}
  const State& state() const { return state_; }
  bool operator==(const History&) const = default;

  /// The stored history was unreadable, so this one knows only the last reading.
  bool unreadable = false;

 private:
  std::optional<Unsettled> unsettled(const LinkSeen& link, const model::Workspace& reading) const;
  std::int64_t keep(Values values);
  std::int64_t merged(std::int64_t before, std::int64_t after);
  void read_group(const model::Workspace& workspace, const model::Group& group, const model::Reading& when);
  void doubt_settled(const model::Workspace& workspace, const ServiceId& service, CarriedDeploy& carried,
                     const GroupId& group, const model::Reading& last_shown);
  void mark_ended(const model::Workspace& workspace, const ServiceId& service);
  void read_deploys(const model::Workspace& workspace, const ServiceId& service);
  std::vector<CarriedGroup> linked_groups(const ServiceId& service) const;
  std::optional<CarriedDeploy> derived(const ServiceId& service, const model::Deploy& deploy);
  bool newer_link(const ServiceId& service, const GroupId& group, const model::Deploy& than) const;
  void drop_unused_values();
  State state_;
};

inline const History nothing_known{};

}  // namespace envlink::plan
