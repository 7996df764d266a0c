#pragma once
// Compares what envlink says about a service with the World. `live`: the live deploy must have each link of
// the file with the current values. `stale`: something must have changed since that deploy was requested.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/world.h"
#include "plan/plan.h"
#include "plan/verification.h"
#include "scenario.h"
#include "wire.h"

namespace envlink::simulation {

struct Judgements {
  std::array<std::size_t, 5> said{};  // by plan::Freshness
  /// Wrongly `live`: something was removed and restored between two readings, which nobody could see.
  std::size_t not_knowable = 0;
  void add(const Judgements& other);
};

/// By written_keys; unset: the key does not exist.
using GroupValues = std::array<std::optional<std::string>, written_keys.size()>;

class TruthOracle final : public Listener {
 public:
  TruthOracle(const Scenario& scenario, const emulator::World& world);

  /// The listener that gets everything afterwards. Call it before anything is sent.
  void pass_on_to(Listener& next) { next_ = &next; }
  void sent(int process, Time at, const api::Request& request) override;
  void reached(Time at, const api::Request& request, const api::Response& response) override;
  void told(int process, Time at, const api::Request& request, const api::Outcome& outcome) override;
  void acted(Time at) override {
    look(at);
    next_->acted(at);
  }

  void reading_begins(int process, Time at);
  /// The store has what the process read.
  void reading_kept(int process);
  /// The store only has what `process` read last.
  void history_replaced(int process);
  /// The store drops what the other process is reading.
  void run_writes(int process);
  void shows(const plan::Verification& verification, int process);
  void shows(const plan::Plan& plan, int process);
  /// `init` recorded what `process` read last as deployed.
  void adopted(int process);
  /// Later processes know nothing that was read so far.
  void machine_lost();

  const Judgements& judgements() const { return judgements_; }

 private:
  struct LinkState {
    Time since{};
    bool linked = false;
  };
  struct ValueState {
    Time since{};
    GroupValues values;
  };
  /// When the World answered reads of a group in one reading: the first and the last time.
  struct Seen {
    Time first{};
    Time last{};
  };
  struct Reading {
    Time began{};
    bool under_way = false;
    bool overtaken = false;
    std::vector<std::optional<Seen>> groups;
    std::vector<int> asked;  // unanswered reads of each group
  };
  /// What `init` recorded as deployed for a service.
  struct Adopted {
    std::size_t deploy = 0;
    bool unsure = false;  // something changed during the reading
    std::vector<bool> linked;
    std::vector<GroupValues> values;
  };
  struct Span {
    Time from{};
    Time until{};
    Time before = Time::min();  // for links: start of the time with the link that ended at `from`
  };
  void look(Time at);
  void shows_deploys(Time at, std::string_view target);
  void was_looked_at(std::size_t service, int process) const;
  /// nullptr: the request does not read a group.
  int* asked_by(int process, const api::Request& request);
  void judge(std::size_t service, plan::Freshness said, bool unreadable, int process);
  void live_is_true(std::size_t service);
  void stale_is_true(std::size_t service) const;
  bool told_so(const Adopted& adopted, std::size_t group) const;
  bool changed_since(std::size_t service, Time since) const;
  GroupValues carried(std::size_t deploy, std::size_t group) const;
  std::size_t place_of(const ServiceId& service) const;  // in the workspace
  std::vector<std::size_t> asked(std::size_t service) const;
  bool could_be_known(std::size_t group, Span other, bool of_link) const;
  Time shown_from(Time read) const;
  Span without_link(std::size_t group, std::size_t service, Time around) const;
  Span with_another_value(std::size_t group, std::size_t key, Time around) const;
  bool other_value_could_be_known(std::size_t group, const GroupValues& carried, Time read) const;
  Time environment_read(std::size_t deploy) const;
  std::vector<LinkState>& links(std::size_t group, std::size_t service) {
    return links_[group * scenario_.workspace.services.size() + service];
  }
  const std::vector<LinkState>& links(std::size_t group, std::size_t service) const {
    return links_[group * scenario_.workspace.services.size() + service];
  }
  const std::string& group_id(std::size_t group) const { return scenario_.workspace.groups[group].id; }
  const std::string& service_id(std::size_t service) const {
    return scenario_.workspace.services[service].id;
  }

  const Scenario& scenario_;
  const emulator::World& world_;
  Listener* next_ = nullptr;
  std::vector<std::vector<LinkState>> links_;    // all states, newest last
  std::vector<std::vector<ValueState>> values_;  // of each group, newest last
  std::vector<std::vector<Seen>> kept_;          // of each group: the readings in the store
  std::vector<std::vector<Time>> served_;        // of each group: when its reads were answered
  std::vector<std::vector<Adopted>> adopted_;    // of each service
  std::vector<std::optional<Time>> looked_;      // when the deploys of each service were last read
  std::array<Reading, 2> readings_;
  Judgements judgements_;
};

}  // namespace envlink::simulation
