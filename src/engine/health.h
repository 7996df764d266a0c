#pragma once
// Asks the services' health paths once more than Render did, from this machine. Sends nothing to Render's
// API, and never the key.

#include <map>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "engine/request_scheduler.h"

namespace envlink::engine {

struct HealthTarget {
  std::string name;  // of the service
  api::Request request;
};

struct HealthAnswer {
  bool healthy = false;
  std::string told;  // one clause: "answers 200", "does not answer: …"
};

class HealthCheck final : public Activity {
 public:
  HealthCheck(std::vector<HealthTarget> targets, const model::ApiSettings& settings);

  Step step(Time now) override;
  void receive(Time now, Reply reply) override;
  void interrupt(Time now) override;
  bool finished() const override;

  /// Some answers are missing then.
  bool interrupted() const { return interrupted_; }
  /// Parallel to the targets; valid once finished.
  const std::vector<HealthAnswer>& answers() const { return answers_; }

 private:
  std::vector<HealthTarget> targets_;
  std::vector<HealthAnswer> answers_;
  RequestScheduler scheduler_;
  std::map<RequestId, std::size_t> under_way_;
  bool began_ = false;
  bool interrupted_ = false;
};

}  // namespace envlink::engine
