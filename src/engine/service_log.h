#pragma once
// Reads the log of one deploy of a service for a person to see: finds the deploy, then reads what must be
// masked and the log (engine/log_reading.h).

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/log_reading.h"
#include "engine/ports.h"
#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::engine {

struct DeployLog {
  model::Deploy deploy{};
  std::vector<std::string> lines{};  // masked, the oldest first
};

class ServiceLogReader final : public Activity {
 public:
  struct Wanted {
    model::Service service{};
    DeployId deploy{};  // empty: the newest
  };
  /// `listed`: the workspace as its lists show it.
  ServiceLogReader(model::Workspace listed, Wanted wanted, model::DigestValue digest,
                   const model::ApiSettings& settings, Budget budget);
  ServiceLogReader(const ServiceLogReader&) = delete;
  ServiceLogReader& operator=(const ServiceLogReader&) = delete;

  Step step(Time now) override;
  void receive(Time now, Reply reply) override;
  void interrupt(Time now) override;
  bool finished() const override { return result_.has_value(); }

  /// Valid once finished. An error if the log cannot be shown.
  const Result<DeployLog>& result() const { return *result_; }
  /// The workspace with its groups and the service's deploys, as they were read for it.
  const model::Workspace& read() const { return read_; }
  const Budget& budget() const { return scheduler_.budget(); }
  Budget* limits() override { return &scheduler_.budget(); }

 private:
  void stop(Result<DeployLog> result);
  void note_time(const api::Response& response);
  void take_deploys(Time now, const Delivery& delivery);
  void take_deploy(Time now, const Delivery& delivery);
  void begin_log(Time now, model::Deploy deploy);
  void take_log(Time now, const Delivery& delivery);

  Wanted wanted_;
  model::Workspace read_;
  model::DigestValue digest_;
  RequestScheduler scheduler_;
  LogReading::Ask ask_;
  RequestId deploys_ = 0;  // the reads of the deploy
  RequestId deploy_ = 0;
  DeployLog log_;
  std::optional<LogReading> reading_;
  std::optional<Result<DeployLog>> result_;
};

Error log_not_shown(const model::Service& service, std::string why);

/// Why a value that the deploy began with is not the one that Render holds now, as far as the history shows;
/// "": it shows none. `actual`: the last reading of the history.
std::string lost_value(const plan::History& history, const model::Service& service,
                       const model::Deploy& deploy, const model::Workspace& actual);

}  // namespace envlink::engine
