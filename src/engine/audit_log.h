#pragma once
// Asks the workspace's audit log once who changed what since a time. Only some of Render's plans offer one.

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "engine/ports.h"
#include "engine/request_scheduler.h"
#include "model/audit_entry.h"

namespace envlink::engine {

class AuditLogReader final : public Activity {
 public:
  using Entries = std::vector<model::AuditEntry>;  // the newest first, at most as many as fit into an answer

  AuditLogReader(const OwnerId& workspace, Time since, const model::ApiSettings& settings, Budget budget);

  Step step(Time now) override;
  void receive(Time now, Reply reply) override;
  void interrupt(Time now) override;
  bool finished() const override { return result_.has_value(); }

  /// Valid once finished. nullopt: the workspace has no audit log, or not for the key's owner.
  const Result<std::optional<Entries>>& result() const { return *result_; }
  const Budget& budget() const { return scheduler_.budget(); }

 private:
  api::Request request_;
  RequestScheduler scheduler_;
  bool began_ = false;
  std::optional<Result<std::optional<Entries>>> result_;
};

}  // namespace envlink::engine
