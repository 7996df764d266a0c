// Where logs are sent: of the workspace, and of services that differ. A token is read and forgotten.

#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

struct StreamBody {
  std::string_view setting_name;  // "preview" for the workspace, "setting" for a service
  LogStream stream{};
  std::string token{};
};
void fields(auto& visit, json::Like<StreamBody> auto& body) {
  visit.later("endpoint", body.stream.endpoint);
  visit.later("token", body.token);
  visit(body.setting_name, body.stream.setting);
}

// For a missing stream of the workspace, and for its removal, Render's answers are unknown.
template <Reply (*handle)(WorldState&, const Call&)>
Reply of_owner(WorldState& world, const Call& call) {
  const bool needed = call.method != api::Method::put;
  if (call.at(4) != world.owner_id || (needed && !world.log_stream)) return not_found(call.at(4));
  return handle(world, call);
}

Reply get_owner_stream(WorldState& world, const Call&) {
  return answer_object([&](json::Writer& out) {
    out("endpoint", world.log_stream->endpoint);
    out("ownerId", world.owner_id);
    out("preview", world.log_stream->setting);
  });
}

Reply put_owner_stream(WorldState& world, const Call& call) {
  auto body = read_body<StreamBody>(call, {"preview"});
  if (!body) return body.error();
  world.log_stream = std::move(body->stream);
  return get_owner_stream(world, call);
}

Reply remove_owner_stream(WorldState& world, const Call&) {
  world.log_stream.reset();
  return {204};
}

void write_stream(json::Writer& out, const Service& service) {
  out("endpoint", service.log_stream->endpoint);
  out("resourceId", service.seed.id);
  out("setting", service.log_stream->setting);
}

/// Bare objects without cursors, as documented.
Reply list_streams(WorldState& world, const Call& call) {
  const Query& query = call.query();
  PageQuery asked = page_of(query);
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = world.services.size(); i-- > 0;) {
      const Service& service = world.services[i];
      const bool wanted = !service.deleted && service.log_stream && query.wants("ownerId", world.owner_id) &&
                          query.wants("resourceId", service.seed.id) &&
                          query.wants("setting", word(service.log_stream->setting)) &&
                          !query.has("logStreamId");
      if (wanted && asked.page.take(i)) out.object([&](json::Writer& one) { write_stream(one, service); });
    }
  });
}

/// 404 if the service has no stream, as recorded.
template <Reply (*handle)(const Call&, Service&)>
Reply of_resource(WorldState& world, const Call& call) {
  const auto service = world.find_service(call.at(4));
  const bool needed = call.method != api::Method::put;
  if (!service || (needed && !world.services[*service].log_stream)) return not_found(call.at(4));
  return handle(call, world.services[*service]);
}

Reply get_stream(const Call&, Service& service) {
  return answer_object([&](json::Writer& out) { write_stream(out, service); });
}

Reply put_stream(const Call& call, Service& service) {
  auto body = read_body<StreamBody>(call, {"setting"});
  if (!body) return body.error();
  service.log_stream = std::move(body->stream);
  return get_stream(call, service);
}

Reply remove_stream(const Call&, Service& service) {
  service.log_stream.reset();
  return {204};
}

constexpr Parameter filters[] = {
    {"ownerId"},      {"logStreamId"},
    {"resourceId"},   {"setting", ParameterKind::word, false, words_of<Forwarding>},
    cursor_parameter, limit_parameter};

}  // namespace

std::span<const Operation> log_stream_operations() {
  using enum api::Method;
  static constexpr std::string_view sends_nothing = "no log is sent";
  static constexpr auto owners = BucketKind::log_streams;
  static constexpr Operation all[] = {
      {get, "/logs/streams/owner/{ownerId}", of_owner<get_owner_stream>, {}, false, owners},
      {put, "/logs/streams/owner/{ownerId}", of_owner<put_owner_stream>, {}, true, owners, sends_nothing},
      {delete_, "/logs/streams/owner/{ownerId}", of_owner<remove_owner_stream>, {}, false, owners},
      {get,
       "/logs/streams/resource",
       list_streams,
       filters,
       false,
       {},
       "streams have no ids: `logStreamId` matches nothing"},
      {get, "/logs/streams/resource/{resourceId}", of_resource<get_stream>},
      {put, "/logs/streams/resource/{resourceId}", of_resource<put_stream>, {}, true, {}, sends_nothing},
      {delete_, "/logs/streams/resource/{resourceId}", of_resource<remove_stream>}};
  return all;
}

}  // namespace envlink::emulator
