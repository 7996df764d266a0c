#pragma once
// What earlier readings and runs tell of a workspace: which links and values each deploy carries. Render
// tells neither when a link was made nor when a value changed. Pure; docs/how-it-works/status.md has the
// rules.

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

/// A variable or a secret file ("file:NAME") of a group, by the digest of its value.
struct ValueSeen {
  std::string name{};
  std::string digest{};  // empty: it changed about when the deploy began, and nobody knows which one it has
  bool operator==(const ValueSeen&) const = default;
};
using Values = std::vector<ValueSeen>;        // by name
Values values_of(const model::Group& group);  // that was read itself
Values values_of(const std::vector<model::Variable>& variables);

enum class EvidenceSource {
  run,      // a run read the link back before it asked for the deploy
  reading,  // a reading before the deploy and one after it showed the same
  adopted,  // `init` took what it found as running
};
constexpr auto words(EvidenceSource) {
  return std::to_array<std::string_view>({"run", "reading", "adopted"});
}

struct CarriedGroup {
  GroupId group{};
  std::int64_t values = 0;        // as in History::values; 0: not known
  bool settled = false;           // compared with a reading after the deploy had read its environment
  std::optional<Time> adopted{};  // when that was taken as running, without a proof
  bool operator==(const CarriedGroup&) const = default;
};

/// What a deploy began with, as far as it is known: groups that are not named may be carried as well.
struct CarriedDeploy {
  DeployId deploy{};
  EvidenceSource source = EvidenceSource::run;
  std::int64_t run = 0;  // of EvidenceSource::run
  Time at{};             // when that was found
  bool ended = false;    // it has read its environment: what is read now comes after
  std::vector<CarriedGroup> groups{};
  const CarriedGroup* find(const GroupId& group) const;
  bool operator==(const CarriedDeploy&) const = default;
};

/// How a deploy stands to one group that its service is linked to now.
struct Carries {
  enum class Link { yes, no, unknown };
  Link link = Link::unknown;  // no: the link is newer than the deploy
  std::optional<EvidenceSource> source{};
  std::int64_t run = 0;
  Time at{};
  bool values_known = false;           // some values of then are known
  std::vector<std::string> changed{};  // names whose value differs from what the deploy began with
  std::vector<std::string> unknown{};  // names of which that is not known
  std::vector<std::string> hidden{};  // names whose value Render hid then and hides now: nobody compared them
  /// As far as Render shows the values.
  bool same() const { return link == Link::yes && values_known && changed.empty() && unknown.empty(); }
};

class History {
 public:
  /// What was read just now: of groups, those that were read themselves.
  void read(const model::Workspace& workspace);
  /// Takes what runs now as running with the links and values that were read.
  void adopt(const model::Workspace& workspace);

  // What a run tells, in the order in which it happened.
  void change_begins(std::int64_t run, const ServiceId& service);
  void link_changed(LinkAction action, const GroupId& group, const ServiceId& service,
                    std::optional<Time> server_time);
  /// A run made it, and it holds nothing yet.
  void group_made(const GroupId& group, std::optional<Time> server_time);
  /// A value was read back as it was to be written. `digest`: empty, it was removed. `digest_key`: tells with
  /// which key it was made.
  void value_changed(const GroupId& group, std::string_view name, const std::string& digest,
                     std::string_view digest_key, std::optional<Time> server_time);
  void deploy_attributed(std::int64_t run, const ServiceId& service, const DeployId& deploy, Time at);
  void service_ended(const ServiceId& service, const DeployId& deploy);

  Carries carries(const ServiceId& service, const model::Deploy& deploy, const model::Group& group) const;
  /// Groups that the deploy began with and that are not linked any more.
  std::vector<CarriedGroup> left_behind(const ServiceId& service, const DeployId& deploy,
                                        const model::Workspace& actual) const;

  /// Of a group whose last reading does not show the service: that one may lag, for others showed it first
  /// less than 30 s before.
  bool last_known_linked(const ServiceId& service, const GroupId& group) const;

  /// A link of which a later reading will tell more than this one does: replicas may lag.
  struct Unsettled {
    enum class What {
      link,   // shown otherwise than it is known to be
      deploy  // seen before the deploy that serves: was it still there when that one read its environment?
    };
    What what = What::link;
    ServiceId service{};
    GroupId group{};
    Time at{};  // by Render's clock: a reading that begins then tells
    bool operator==(const Unsettled&) const = default;
  };
  std::vector<Unsettled> unsettled(const model::Workspace& reading) const;
  /// Until a later reading tells whether the link is older than the deploy that serves; unset: none will.
  std::optional<Duration> age_known_in(const ServiceId& service, const GroupId& group,
                                       const model::Workspace& reading) const;

  /// It is not linked any more, and the deploy began before it was seen unlinked. nullptr: none serves.
  bool may_carry_unlinked(const ServiceId& service, const model::Deploy* deploy, const GroupId& group) const;

  /// The state, as it is stored (plan/history_json.h).
  struct LinkSeen {
    GroupId group{};
    ServiceId service{};
    bool linked = false;
    model::Reading first{};  // of the readings, one after another, that showed it so
    model::Reading last{};
    std::optional<model::Reading> absent{};  // linked: the last reading before, which showed it absent
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
    std::string key{};  // tells with which key the digests were made
    std::map<std::pair<ServiceId, GroupId>, LinkSeen> links{};
    std::map<GroupId, std::vector<GroupSeen>> groups{};  // the newest last
    std::map<ServiceId, std::vector<CarriedDeploy>> deploys{};
    std::map<ServiceId, Draft> drafts{};  // of services that a run is about to deploy
    std::map<std::int64_t, Values> values{};
    bool operator==(const State&) const = default;
  };
  History() = default;
  explicit History(State state) : state_(std::move(state)) {}
  const State& state() const { return state_; }
  bool operator==(const History&) const = default;

  /// What was kept could not be read: it knows the last reading alone.
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
