#include "plan/status.h"

#include "engine/audit_log.h"
#include "run/commands.h"

namespace envlink::run {
namespace {

using Entries = engine::AuditLogReader::Entries;

Result<std::optional<Entries>> read_audit_log(Context& context, const OwnerId& workspace, Time since,
                                              const model::ApiSettings& settings) {
  engine::AuditLogReader reader(workspace, since, settings, context.budget);
  engine::NullObserver nobody;
  return read_with(context, reader, nobody);
}

}  // namespace

Result<plan::Status> status(Context& context, const model::Desired& wanted, bool why) {
  const auto actual = read_workspace(context, wanted, {.include_preflight_data = false});
  if (!actual) return fail(actual.error());
  plan::Status status = plan::status_of(wanted, *actual, context.history);
  status.why = why;
  const std::optional<Time> since = plan::changes_matter_since(status, *actual);
  if (!why || !since) return status;
  const auto log = read_audit_log(context, actual->owner.id, *since, wanted.api);
  if (!log && log.error().kind == ErrorKind::interrupted) return fail(log.error());
  if (!log) {
    context.frontend.report(log.error());
    status.audit_log = plan::AuditLog::untold;
  } else if (!*log) {
    status.audit_log = plan::AuditLog::none;
  } else {
    plan::add_changes(status, *actual, (*log)->newest_first);
    if (!(*log)->whole) status.audit_log = plan::AuditLog::partly;
  }
  return status;
}

}  // namespace envlink::run
