// A service's own variables and secret files.

#include "emulator/audit_log.h"
#include "emulator/operation.h"
#include "emulator/variables.h"

namespace envlink::emulator {
namespace {

bool are_files(const Call& call) {
  return call.at(3) == "secret-files";
}

void write_value(json::Writer& out, const WorldState& world, const Service& service, bool files,
                 std::size_t place) {
  const auto& [name, value] = (files ? service.seed.secret_files : service.seed.variables)[place];
  out.object([&](json::Writer& item) {
    item(files ? "secretFile" : "envVar", [&](json::Writer& one) {
      one(files ? "name" : "key", name);
      one(files ? "content" : "value", as_shown(world, service.seed.environment, value));
    });
    item("cursor", make_cursor(place, service.seed.id));
  });
}

Reply list_values(WorldState& world, const Call& call, std::size_t index) {
  const Service& service = world.services[index];
  if (!may_do(world, service.seed.environment, api::Method::get)) return forbidden();
  PageQuery asked = page_of(call.query());
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  const bool files = are_files(call);
  const std::size_t count = (files ? service.seed.secret_files : service.seed.variables).size();
  return answer_list([&](json::Writer& out) {  // newest first
    for (std::size_t i = asked.page.start(count); i-- > 0 && !asked.page.is_full();) {
      if (asked.page.take(i)) write_value(out, world, service, files, i);
    }
  });
}

tl::expected<Variables, Reply> given_values(WorldState& world, const Call& call) {
  if (are_files(call)) {
    const auto files = read_list<FileInput>(call);
    return files ? new_files(*files) : tl::unexpected(files.error());
  }
  const auto variables = read_list<VariableInput>(call);
  return variables ? new_variables(world, *variables) : tl::unexpected(variables.error());
}

/// Replaces them all. The reply has the order of the body, as recorded; lists have the reverse one.
Reply put_values(WorldState& world, const Call& call, std::size_t index) {
  if (!may_do(world, world.services[index].seed.environment, call.method)) return forbidden();
  auto given = given_values(world, call);
  if (!given) return given.error();
  const Holder holder{false, index};
  const std::size_t count = given->size();
  replace_values(world, holder, are_files(call), std::move(*given), caller());
  deploy_for_value(world, holder);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = 0; i < count; ++i)
      write_value(out, world, world.services[index], are_files(call), i);
  });
}

Reply one_value(WorldState& world, const Call& call, std::size_t index) {
  if (auto reply = value_call(world, call, {false, index})) return *reply;
  const bool file = are_files(call);
  Reply reply = one_value(world, {false, index}, {file, call.at(4)});
  if (file) reply.status = 201;  // as in Render's document
  return reply;
}

constexpr Parameter page[] = {cursor_parameter, limit_parameter};

}  // namespace

std::span<const Operation> value_operations() {
  using enum api::Method;
  static constexpr auto value = of_service<one_value>;
  static constexpr Operation all[] = {
      {get, "/services/{serviceId}/env-vars", of_service<list_values>, page},
      {put, "/services/{serviceId}/env-vars", of_service<put_values>, {}, true},
      {get, "/services/{serviceId}/env-vars/{envVarKey}", value},
      {put, "/services/{serviceId}/env-vars/{envVarKey}", value, {}, true},
      {delete_, "/services/{serviceId}/env-vars/{envVarKey}", value},
      {get, "/services/{serviceId}/secret-files", of_service<list_values>, page},
      {put, "/services/{serviceId}/secret-files", of_service<put_values>, {}, true},
      {get, "/services/{serviceId}/secret-files/{secretFileName}", value},
      {put, "/services/{serviceId}/secret-files/{secretFileName}", value, {}, true},
      {delete_, "/services/{serviceId}/secret-files/{secretFileName}", value}};
  return all;
}

}  // namespace envlink::emulator
