#pragma once
// The endpoints, by the first segment of their paths. Each answers a call that was authorised and counted.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/message.h"
#include "emulator/json_writer.h"
#include "emulator/target.h"
#include "emulator/world_state.h"

namespace envlink::emulator {

struct Call {
  api::Method method = api::Method::get;
  Target target;
  std::string_view body;

  std::size_t depth() const { return target.depth; }
  /// A segment by its place, "v1" being 0; "" past the end.
  std::string_view at(std::size_t place) const {
    return place < target.depth ? target.path[place] : std::string_view();
  }
};

struct Reply {
  int status = 200;
  std::string body;  // JSON, or empty
};

Reply owner_routes(WorldState& world, const Call& call);
Reply service_routes(WorldState& world, const Call& call);
Reply deploy_routes(WorldState& world, const Call& call, std::size_t service);
Reply group_routes(WorldState& world, const Call& call);
Reply environment_routes(const WorldState& world, const Call& call);
Reply service_events(WorldState& world, const Call& call, std::size_t service);
Reply logs(WorldState& world, const Call& call);

Reply answer(JsonWriter json, int status = 200);
/// What is shown of one thing.
Reply answer(std::string_view shown, int status = 200);
Reply refuse(int status, std::string_view message);
Reply not_found(std::string_view id);
Reply no_such_route();
Reply wrong_method();

/// The body as an object. An empty body counts as {}; anything else that is no object is unset.
std::optional<boost::json::object> parse_body(std::string_view body);

template <class Name>
void write_time(JsonWriter& json, const Name& name, Time time) {
  json.key(name);
  json.word(rfc3339_text(time).view());
}

}  // namespace envlink::emulator
