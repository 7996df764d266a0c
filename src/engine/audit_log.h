#pragma once
// Reads from the workspace's audit log who changed what since a given time. Only some of Render's plans have
// one.

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "engine/listing.h"
#include "engine/ports.h"
#include "engine/request_scheduler.h"
#include "model/audit_entry.h"

namespace envlink::engine {

class AuditLogReader final : public Activity {
 public:
  static constexpr std::size_t most_pages = 10;
  struct Entries {
    std::vector<model::AuditEntry> newest_first{};
    bool whole = true;  // false: older entries were not read
  };

  AuditLogReader(const OwnerId& workspace, Time since, const model::ApiSettings& settings, Budget budget);

  Step step(Time now) override;
  void receive(Time now, Reply reply) override;
  void interrupt(Time now) override;
  bool finished() const override { return result_.has_value(); }

  /// Valid once finished. nullopt: there is no audit log, or the key's owner may not read it.
  const Result<std::optional<Entries>>& result() const { return *result_; }
  const Budget& budget() const { return scheduler_.budget(); }
  Budget* limits() override { return &scheduler_.budget(); }

 private:
  api::Request next_page(std::string_view cursor = {}) const;
  void take(const api::Response& response);

  OwnerId workspace_;
  Time since_;
  api::Request request_;
  Listing list_;
  Entries read_;
  RequestScheduler scheduler_;
  std::optional<Result<std::optional<Entries>>> result_;
};

}  // namespace envlink::engine
