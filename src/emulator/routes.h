#pragma once
// The endpoints, by the first segment of their paths. Each handles a call that was authorized and counted.

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "emulator/target.h"
#include "emulator/world_state.h"
#include "json/document.h"
#include "json/writer.h"

namespace envlink::emulator {

struct Call {
  api::Method method = api::Method::get;
  Target target;
  std::string_view body;

  std::size_t depth() const { return target.depth; }
  /// The path segment at this position, where "v1" is 0; "" past the end.
  std::string_view at(std::size_t place) const {
    return place < target.depth ? target.path[place] : std::string_view();
  }
};

struct Reply {
  int status = 200;
  std::string body;  // JSON, or empty
};

Reply owner_routes(WorldState& world, const Call& call);
Reply audit_logs(const WorldState& world, const Query& query);
Reply service_routes(WorldState& world, const Call& call);
Reply deploy_routes(WorldState& world, const Call& call, std::size_t service);
Reply group_routes(WorldState& world, const Call& call);
Reply environment_routes(const WorldState& world, const Call& call);
Reply service_events(WorldState& world, const Call& call, std::size_t service);
Reply logs(WorldState& world, const Call& call);

/// An object with the fields that `fill(out)` writes.
template <class Fill>
Reply answer_object(const Fill& fill, int status = 200) {
  json::Writer out(json::Layout::compact, json::Text::utf8);
  out.object(fill);
  return {status, out.take() + '\n'};
}
/// A list of the elements that `fill(out)` writes.
template <class Fill>
Reply answer_list(const Fill& fill) {
  json::Writer out(json::Layout::compact, json::Text::utf8);
  out.begin_array();
  fill(out);
  out.end_array();
  return {200, out.take() + '\n'};
}
Reply one_deploy(const Deploy& deploy, int status = 200);
Reply refuse(int status, std::string_view message);
Reply not_found(std::string_view id);
Reply forbidden();
Reply no_such_route();
Reply wrong_method();

/// The body of a call. An empty one counts as {}.
class Body {
 public:
  explicit Body(std::string_view text);
  bool is_object() const { return root_ != nullptr; }
  /// nullptr: missing.
  const json::Value* find(std::string_view key) const {
    return root_ == nullptr ? nullptr : root_->find(key);
  }
  std::vector<std::string_view> keys() const;
  const json::Value& root() const { return *root_; }  // only if it is an object

 private:
  json::Document document_;
  const json::Value* root_ = nullptr;  // nullptr: not an object
};

}  // namespace envlink::emulator
