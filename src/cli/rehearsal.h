#pragma once
// The model of Render as the other end of the wire, in memory and in virtual time; and a plan carried out on
// it the way apply does. No socket, no journal, no lock, no clock.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "emulator/site.h"
#include "engine/port.h"
#include "model/desired.h"
#include "plan/plan.h"
#include "view/rehearsal.h"

namespace envlink::cli {

class ModelWire final : public engine::Transport, public engine::Clock {
 public:
  /// `health`: the service whose health path stands behind an address.
  ModelWire(const emulator::Workspace& workspace, std::map<std::string, ServiceId> health);

  Time now() override { return now_; }
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;
  /// What was on its way to the activity before is lost.
  void new_activity() { on_the_way_.clear(); }

  Duration passed() const;
  std::size_t faults_met() const { return faults_met_; }
  const std::map<std::string, std::size_t>& requests() const { return requests_; }  // by kind

 private:
  emulator::Act serve(const api::Request& request);

  std::map<std::string, ServiceId> health_;
  std::string authorization_;
  emulator::Site site_;
  Time now_;
  std::uint64_t sent_ = 0;
  std::map<std::pair<Time, std::uint64_t>, engine::Reply> on_the_way_;
  std::map<std::string, std::size_t> requests_;
  std::size_t faults_met_ = 0;
};

/// Carries the plan out on the model, rolls back where the file says so, and proves. What is told are the
/// runs, requests, problems, length and exit code. `made_earlier`: apply would not look for what a preflight
/// needs.
view::Rehearsal play_through(const model::Desired& desired, const plan::Plan& plan,
                             const emulator::Workspace& model, bool made_earlier = false);

}  // namespace envlink::cli
