#include "run/key_access.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "engine/rollback.h"

namespace envlink::run {

Error not_readable(const StoredRun& run, Error error, const RunCommand& command) {
  if (error.kind != ErrorKind::refused) return error;
  const model::Owner& owner = run.plan.owner;
  return {.kind = ErrorKind::refused,
          .what = fmt::format("Run {} is on workspace {} ({}), which could not be read; nothing was changed",
                              run.number(), clean(owner.name), clean(owner.id.text())),
          .why = std::move(error.what),
          .cure = fmt::format(
              "To {} another run, name it; envlink runs lists them with their workspaces: envlink {} RUN",
              command.verb, command.name)};
}

Result<void> check_access(Context& context, const StoredRun& run, const RunCommand& command) {
  const auto owner = read_owner(context, engine::desired_by(run.plan));
  if (!owner) return fail(not_readable(run, owner.error(), command));
  return {};
}

}  // namespace envlink::run
