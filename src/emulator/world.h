#pragma once
// The model of the Render API. Pure: a reply depends on the request and the given time; builds, starts and
// rate-limit windows advance with that time.

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

class World {
 public:
  /// `speed` divides the duration of builds, pre-deploys and starts. All randomness comes from `seed`.
  World(Workspace workspace, Time now, double speed = 1.0, unsigned seed = 1);
  ~World();
  World(const World&);  // copies are independent
  World& operator=(const World&);
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  /// `target`: the path with its query, "/v1/services?limit=20". `authorization`, `content_type`: the values
  /// of these headers. Faults are handled elsewhere: see faults.h.
  api::Response handle(api::Method method, std::string_view target, std::string_view authorization,
                       std::string_view body, Time now, std::string_view content_type = {});
  /// A 201 for a deploy request at `target` that has no effect and names the live deploy.
  api::Response name_the_live_deploy(std::string_view target, Time now);
  /// Gives web services and static sites the url `base`/NAME instead of onrender.com. See is_serving().
  void set_health_base(std::string base);
  /// Advances builds, starts and queues to `now`.
  void advance(Time now);
  /// The next time at which something changes by itself, or a delivery to a webhook is due; unset if nothing
  /// is in progress.
  std::optional<Time> next_change() const;

  // Deliveries to webhooks. The caller sends them, each at most once at a time.
  bool has_webhooks() const;
  std::vector<Delivery> due_deliveries(Time now, std::size_t most);
  void delivered(std::uint64_t number, DeliveryResult result, Time now);
  bool is_undelivered(std::uint64_t number) const;

  // Actions of other users, for simulations and tests.
  /// A push: trigger new_commit. No effect if the service is suspended, deploys an image, or has automatic
  /// deploys off.
  void push_commit(std::string_view service_id, Time now);
  /// A user saves settings of the service: trigger service_updated, if automatic deploys are on.
  void change_settings(std::string_view service_id, Time now);
  void cancel_deploy(std::string_view deploy_id, Time now);  // a user cancels it
  void link(std::string_view group_id, std::string_view service_id, Time now);
  void unlink(std::string_view group_id, std::string_view service_id, Time now);
  /// "Save only" in the Dashboard, without a deploy. `holder_id`: a group, or a service with its own
  /// variables. `key`, here and below: "file:NAME" for a secret file. `by`: the e-mail address in the audit
  /// log.
  void set_variable(std::string_view holder_id, std::string_view key, std::string_view value,
                    std::string_view by, Time now);
  void remove_variable(std::string_view holder_id, std::string_view key, std::string_view by, Time now);
  void delete_group(std::string_view group_id, std::string_view by, Time now);
  /// `suspended` false: resumes it, which starts a deploy.
  void suspend(std::string_view service_id, bool suspended, std::string_view by, Time now);

  // For tests and the state page.
  struct DeployRecord {
    std::string id;
    std::string service_id;
    std::string status;
    std::string trigger;
    std::string mode;  // build_and_deploy | deploy_only | rollback
    Time created{};
    std::optional<Time> started;
    std::optional<Time> finished;
    /// Ids of the groups linked when it read its environment; empty before that, and for the live deploy of a
    /// stale service.
    std::vector<std::string> groups;
  };
  std::vector<DeployRecord> deploys() const;  // oldest first
  /// A record without copies. Valid until the World changes.
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
    bool listed = true;  // the list of deploys shows it
  };
  std::size_t deploy_count() const;
  DeployView deploy(std::size_t index) const;  // index < deploy_count(); oldest first
  bool is_linked(std::string_view group_id, std::string_view service_id) const;

  // What really runs: a deploy keeps the links and values of one moment, even if they changed since
  // (Behaviour::environment_read). The live deploy of a stale service has none. As of the last given time.
  /// Index of the live deploy; unset: none, or the service is suspended.
  std::optional<std::size_t> serving_deploy(std::string_view service_id) const;
  bool carries_link(std::size_t deploy, std::string_view group_id) const;
  /// nullptr: the deploy has no such variable from that group or service. Valid until the World changes.
  const std::string* carried_value(std::size_t deploy, std::string_view holder_id,
                                   std::string_view key) const;
  /// The current value; nullptr: none.
  const std::string* value(std::string_view holder_id, std::string_view key) const;
  /// In Render's words: "off", "commit" or "checksPass".
  std::string_view auto_deploy_trigger(std::string_view service_id) const;

  /// Whether the service with this name or id has a live deploy and is not suspended.
  bool is_serving(std::string_view service) const;
  int limited() const;                     // number of requests answered with 429
  std::string state_json(Time now) const;  // GET /_emulator/state

 private:
  std::unique_ptr<WorldState> state_;
};

}  // namespace envlink::emulator
