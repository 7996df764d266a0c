#include "emulator/routes.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/text.h"

namespace envlink::emulator {

Reply answer(JsonWriter json, int status) {
  Reply reply{status, json.take()};
  reply.body += '\n';
  return reply;
}

Reply answer(std::string_view shown, int status) {
  std::string body;
  body.reserve(shown.size() + 1);
  body.append(shown).append(1, '\n');
  return {status, std::move(body)};
}

Reply refuse(int status, std::string_view message) {
  JsonWriter json;
  json.begin_object();
  json.member("message", message);
  json.end_object();
  return answer(std::move(json), status);
}

Reply not_found(std::string_view id) {
  return refuse(404, fmt::format("not found: {}", clean(id, 100)));
}

// What Render says about a path or method it does not know is unknown; the statuses are HTTP's own.
Reply no_such_route() {
  return refuse(404, "not found");
}
Reply wrong_method() {
  return refuse(405, "method not allowed");
}

std::optional<boost::json::object> parse_body(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return boost::json::object();
  boost::json::error_code error;
  boost::json::value value = boost::json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

}  // namespace envlink::emulator
