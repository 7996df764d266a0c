#pragma once
// What is said of a service against the truth of the World: `live` only where the deploy that serves has each
// asked link with the values of now, `stale` only where something changed after it was asked for.

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

/// What was said of services.
struct Judgements {
  std::array<std::size_t, 5> said{};  // by plan::Freshness
  /// `live`, and not true: what was taken away and came back between two readings. Render does not tell.
  std::size_t not_knowable = 0;
  void add(const Judgements& other);
};

/// By written_keys; unset: there is none.
using GroupValues = std::array<std::optional<std::string>, written_keys.size()>;

class TruthOracle final : public Listener {
 public:
  TruthOracle(const Scenario& scenario, const emulator::World& world);

  /// Who listens as well. Before anything is sent.
  void pass_on_to(Listener& next) { next_ = &next; }
  void sent(int process, Time at, const api::Request& request) override;
  void reached(Time at, const api::Request& request, const api::Response& response) override;
  void told(int process, Time at, const api::Request& request, const api::Outcome& outcome) override;
  void acted(Time at) override {
    look(at);
    next_->acted(at);
  }

  // What a process does.
  void reading_begins(int process, Time at);
  /// The store holds what it read.
  void reading_kept(int process);
  /// The store knows nothing but what `process` read last.
  void history_replaced(int process);
  /// What another process reads meanwhile is not taken into the history.
  void run_writes(int process);
  void shows(const plan::Verification& verification, int process);
  void shows(const plan::Plan& plan, int process);
  /// What `process` read last is taken as what runs.
  void adopted(int process);
  /// No later process knows what was read so far.
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
  /// When the World served a group for a reading: once, or from the first to the last time.
  struct Seen {
    Time first{};
    Time last{};
  };
  struct Reading {
    Time began{};
    bool under_way = false;
    bool overtaken = false;
    std::vector<std::optional<Seen>> groups;
    std::vector<int> asked;  // of each group: requests of the process that it was not told of yet
  };
  /// What a person says that the deploy of a service runs with.
  struct Adopted {
    std::size_t deploy = 0;
    bool unsure = false;  // something changed while it was read
    std::vector<bool> linked;
    std::vector<GroupValues> values;
  };
  struct Span {
    Time from{};
    Time until{};
    Time before = Time::min();  // of links: when that began which `from` ended
  };
  void look(Time at);
  void shows_deploys(Time at, std::string_view target);
  void was_looked_at(std::size_t service, int process) const;
  /// nullptr: the request reads no group.
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
  std::vector<std::vector<LinkState>> links_;    // as they were, the newest last
  std::vector<std::vector<ValueState>> values_;  // of each group
  std::vector<std::vector<Seen>> kept_;          // of each group: readings that the store holds
  std::vector<std::vector<Time>> served_;        // of each group: whenever anybody was told
  std::vector<std::vector<Adopted>> adopted_;    // of each service
  std::vector<std::optional<Time>> looked_;      // when the deploys of each service were last told of
  std::array<Reading, 2> readings_;
  Judgements judgements_;
};

}  // namespace envlink::simulation
