#include "engine/audit_log.h"

#include <utility>

#include "api/endpoints.h"
#include "api/error_message.h"
#include "api/replies.h"

namespace envlink::engine {

AuditLogReader::AuditLogReader(const OwnerId& workspace, Time since, const model::ApiSettings& settings,
                               Budget budget)
    : workspace_(workspace), since_(since), request_(next_page()), scheduler_(settings, std::move(budget)) {
  scheduler_.enqueue(request_, Repeat::safely);
}

api::Request AuditLogReader::next_page(std::string_view cursor) const {
  return api::list_audit_logs(workspace_, since_, std::nullopt, api::Direction::backward, cursor);
}

Step AuditLogReader::step(Time now) {
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
    take(*response);
  }
}

void AuditLogReader::take(const api::Response& response) {
  auto page = api::parse_audit_logs(response);
  if (!page) {
    result_ = fail(std::move(page.error()));
    return;
  }
  for (model::AuditEntry& entry : page->items) {
    if (list_.add(entry.id)) read_.newest_first.push_back(std::move(entry));
  }
  const bool last = list_.ends_with(*page, api::audit_page_size);
  if (!last && list_.pages() < most_pages && list_.trouble_with(page->cursor).empty()) {
    request_ = next_page(page->cursor);
    scheduler_.enqueue(request_, Repeat::safely);
    return;
  }
  read_.whole = last;
  result_ = std::optional(std::move(read_));
}

void AuditLogReader::interrupt(Time) {
  scheduler_.withdraw_pending();
  result_ = fail({.kind = ErrorKind::interrupted,
                  .what = "Interrupted while reading the audit log",
                  .cure = "Nothing was changed."});
}

}  // namespace envlink::engine
