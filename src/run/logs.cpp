#include "run/logs.h"

#include <utility>

#include "plan/match.h"
#include "run/history.h"

namespace envlink::run {
namespace {

/// Says why nothing moves: a limit, a retry.
class WaitingSaid final : public engine::NullObserver {
 public:
  explicit WaitingSaid(Frontend& frontend) : frontend_(frontend) {}
  void notice(const engine::Event& event) override {
    if (const auto* waiting = event.as<engine::Waiting>()) frontend_.say_waiting(waiting->why);
  }

 private:
  Frontend& frontend_;
};

}  // namespace

Result<ServiceLog> read_log(Context& context, const model::Desired& file, const LogRequest& request) {
  model::Desired listed;
  listed.workspace = file.workspace;
  listed.api = file.api;
  const auto actual = read_workspace(context, listed, {.include_preflight_data = false});
  if (!actual) return fail(actual.error());
  const auto called = plan::service_called(*actual, request.service, file);
  if (!called) return fail(called.error());
  ServiceLog result{actual->owner, **called, {}};
  if (context.values.lost)
    return fail(engine::log_not_shown(result.service, std::string(engine::nothing_to_compare_with)));

  engine::ServiceLogReader reader(*actual, {result.service, request.deploy}, context.values.digest, file.api,
                                  context.budget);
  WaitingSaid observer(context.frontend);
  auto log = read_with(context, reader, observer);
  if (!log) return fail(std::move(log.error()));
  result.log = std::move(*log);

  if (const auto learned = learn(context, reader.read(), {}); !learned) return fail(learned.error());
  const std::string lost =
      engine::lost_value(context.history, result.service, result.log.deploy, reader.read());
  if (!lost.empty()) return fail(engine::log_not_shown(result.service, lost));
  if (result.log.lines.empty()) return result;
  if (auto confirmed = context.frontend.confirm(Question::show_log); !confirmed) {
    Error error = std::move(confirmed.error());
    if (!error.cure.empty()) error.cure += "\n";
    error.cure += engine::log_not_shown(result.service, {}).cure;
    return fail(std::move(error));
  }
  return result;
}

}  // namespace envlink::run
