#pragma once
// The model of the Render API: pure, in whatever time it is given. A request and the time make a reply;
// builds, starts and rate-limit windows go on with the time alone.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "base/time.h"
#include "emulator/workspace.h"
#include "emulator/world_state.h"

namespace envlink::emulator {

struct WorldState;

class World {
 public:
  /// `speed` divides the duration of builds, pre-deploys and starts. Everything random is derived from
  /// `seed`.
  World(Workspace workspace, Time now, double speed = 1.0, unsigned seed = 1);
  ~World();
  World(const World&);  // both go on by themselves
  World& operator=(const World&);
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  /// `target` is the whole path with its query, "/v1/services?limit=20". `authorization` is the header's
  /// value. Faults are not played here: see faults.h.
  api::Response handle(api::Method method, std::string_view target, std::string_view authorization,
                       std::string_view body, Time now);
  /// 201 as to a request for a deploy at `target`, and nothing takes effect: it names the one that serves.
  api::Response name_the_live_deploy(std::string_view target, Time now);
  /// Web services and static sites get the url `base`/NAME instead of one at onrender.com. See is_serving().
  void set_health_base(std::string base);
  /// Lets builds, starts and queues move on to `now`.
  void advance(Time now);
  /// The next time at which something changes by itself; unset when nothing is under way.
  std::optional<Time> next_change() const;

  // What people do meanwhile, for simulations and tests.
  /// A colleague's push: trigger new_commit. Nothing happens when the service is suspended, deploys an image
  /// or has automatic deploys off.
  void push_commit(std::string_view service_id, Time now);
  /// A colleague saves settings of the service: trigger service_updated, where automatic deploys are on.
  void change_settings(std::string_view service_id, Time now);
  void cancel_deploy(std::string_view deploy_id, Time now);  // a human presses cancel
  void link(std::string_view group_id, std::string_view service_id, Time now);
  void unlink(std::string_view group_id, std::string_view service_id, Time now);
  /// "Save only" in the Dashboard: nothing is deployed. `holder_id`: a group, or a service with variables of
  /// its own. `key`, here and below: a secret file's is "file:NAME". `by`: the e-mail address that the audit
  /// log tells.
  void set_variable(std::string_view holder_id, std::string_view key, std::string_view value,
                    std::string_view by, Time now);
  void remove_variable(std::string_view holder_id, std::string_view key, std::string_view by, Time now);
  void delete_group(std::string_view group_id, std::string_view by, Time now);
  /// `suspended` false: resumes it, which deploys.
  void suspend(std::string_view service_id, bool suspended, std::string_view by, Time now);

  // What a test or the state page looks at.
  struct DeployRecord {
    std::string id;
    std::string service_id;
    std::string status;
    std::string trigger;
    std::string mode;  // build_and_deploy | deploy_only | rollback
    Time created{};
    std::optional<Time> started;
    std::optional<Time> finished;
    /// Ids of the groups that were linked when it read its environment; empty before that, and for the live
    /// deploy of a stale service.
    std::vector<std::string> groups;
  };
  std::vector<DeployRecord> deploys() const;  // oldest first
  /// A record without copies, for whoever looks often. It holds until the World changes.
  struct DeployView {
    std::string_view id;
    std::string_view service_id;
    std::string_view status;
    std::string_view trigger;
    std::string_view mode;
    Time created{};
    std::optional<Time> started;
    std::optional<Time> finished;
    std::span<const std::string> groups;
    bool listed = true;  // the list of deploys shows it by now
  };
  std::size_t deploy_count() const;
  DeployView deploy(std::size_t index) const;  // below deploy_count(); oldest first
  bool is_linked(std::string_view group_id, std::string_view service_id) const;

  // The truth about what runs: a deploy carries the links and values of one moment, whatever became of them
  // since (Behaviour::environment_read). The live deploy of a stale service carries none. Told as of the time
  // that the World was last given.
  /// Index of the deploy that serves; unset: there is none, or the service is suspended.
  std::optional<std::size_t> serving_deploy(std::string_view service_id) const;
  bool carries_link(std::size_t deploy, std::string_view group_id) const;
  /// nullptr: it carries no such variable of that group, or of that service. Holds until the World changes.
  const std::string* carried_value(std::size_t deploy, std::string_view holder_id,
                                   std::string_view key) const;
  /// As it is now; nullptr: there is none.
  const std::string* value(std::string_view holder_id, std::string_view key) const;
  /// Render's word for it.
  std::string_view auto_deploy_trigger(std::string_view service_id) const;

  /// Does a service of this name or id have a live deploy, and is it not suspended?
  bool is_serving(std::string_view service) const;
  int limited() const;                     // how many requests were answered 429
  std::string state_json(Time now) const;  // GET /_emulator/state

 private:
  std::unique_ptr<WorldState> state_;
};

}  // namespace envlink::emulator
