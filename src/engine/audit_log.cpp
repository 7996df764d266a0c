#include "engine/audit_log.h"

#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/replies.h"

namespace envlink::engine {

AuditLogReader::AuditLogReader(const OwnerId& workspace, Time since, const model::ApiSettings& settings,
                               Budget budget)
    : request_(api::list_audit_logs(workspace, since, std::nullopt, api::Direction::backward)),
      scheduler_(settings, std::move(budget)) {}

Step AuditLogReader::step(Time now) {
  if (!std::exchange(began_, true)) scheduler_.enqueue(request_, Repeat::safely);
  RequestScheduler::Batch batch = scheduler_.due(now);
  return Step{{}, std::move(batch.calls), batch.wake};
}

void AuditLogReader::receive(Time now, Reply reply) {
  const auto delivery = scheduler_.receive(now, std::move(reply));
  if (!delivery || result_) return;
  const auto* response = std::get_if<api::Response>(&delivery->outcome);
  if (response != nullptr && api::has_no_audit_log(*response)) {
    result_ = std::optional<Entries>();
  } else if (api::verdict_of(delivery->outcome) != api::Verdict::ok) {
    result_ = fail(api::explain(request_, delivery->outcome, "read the audit log"));
  } else {
    result_ = api::parse_audit_logs(*response).map(
        [](api::Page<model::AuditEntry> page) { return std::optional(std::move(page.items)); });
  }
}

void AuditLogReader::interrupt(Time) {
  scheduler_.withdraw_pending();
  result_ = fail({.kind = ErrorKind::interrupted,
                  .what = "Interrupted while reading the audit log",
                  .cure = "Nothing was written."});
}

}  // namespace envlink::engine
