#pragma once
// A call of one operation, and its reply.

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "api/message.h"
#include "emulator/target.h"
#include "emulator/world_state.h"
#include "json/document.h"
#include "json/reader.h"
#include "json/writer.h"

namespace envlink::emulator {

/// Authorized, counted, and with a valid query.
struct Call {
  api::Method method = api::Method::get;
  Target target;
  std::string_view body;

  const Query& query() const { return target.query; }
  /// The path segment at this position, where "v1" is 0; "" past the end.
  std::string_view at(std::size_t place) const {
    return place < target.depth ? target.path[place] : std::string_view();
  }
};

struct Reply {
  int status = 200;
  std::string body{};  // JSON, or empty
};

inline json::Writer reply_writer() {
  return json::Writer(json::Layout::compact, json::Text::utf8, Subseconds::shortest);
}
/// An object with the fields that `fill(out)` writes.
template <class Fill>
Reply answer_object(const Fill& fill, int status = 200) {
  json::Writer out = reply_writer();
  out.object(fill);
  return {status, out.take() + '\n'};
}
/// A list of the elements that `fill(out)` writes.
template <class Fill>
Reply answer_list(const Fill& fill) {
  json::Writer out = reply_writer();
  out.begin_array();
  fill(out);
  out.end_array();
  return {200, out.take() + '\n'};
}
Reply one_deploy(const Deploy& deploy, int status = 200);
Reply refuse(int status, std::string_view message);
Reply not_found(std::string_view id);
Reply forbidden();

/// A page of `items`, newest first: those that `wanted(item)`, each as {cursor, NAME: {…}} with the fields
/// that `write(out, item)` writes. An item has an `id`.
template <class Items, class Wanted, class Write>
Reply answer_page(const Call& call, std::string_view name, const Items& items, const Wanted& wanted,
                  const Write& write) {
  PageQuery asked = page_of(call.query());
  if (!asked.refused.empty()) return refuse(400, asked.refused);
  return answer_list([&](json::Writer& out) {
    for (std::size_t i = asked.page.start(items.size()); i-- > 0 && !asked.page.is_full();) {
      if (!wanted(items[i]) || !asked.page.take(i)) continue;
      out.object([&](json::Writer& item) {
        item("cursor", make_cursor(i, items[i].id));
        item(name, [&](json::Writer& one) { write(one, items[i]); });
      });
    }
  });
}

/// A list without items.
inline Reply no_items(const Call& call) {
  const PageQuery asked = page_of(call.query());
  return asked.refused.empty() ? Reply{200, "[]\n"} : refuse(400, asked.refused);
}

/// Reads the body, an object, onto `start`: fields that the body lacks keep their values. A field that is
/// null counts as missing: Render's Terraform provider sends them.
template <class T>
tl::expected<T, Reply> read_body(const Call& call, T start = {});
/// The same for a list. `null` is an empty one, as recorded.
template <class T>
tl::expected<std::vector<T>, Reply> read_list(const Call& call);

Reply refuse_body(const json::Fault& fault);

template <class T>
tl::expected<T, Reply> read_body(const Call& call, T start) {
  json::Document document;
  const auto root = document.read(call.body);
  if (!root) return tl::unexpected(refuse_body(root.error()));
  std::optional<json::Fault> fault;
  json::Reader reader(**root, **root, fault, json::Nulls::missing);
  reader.read(**root, start);
  if (fault) return tl::unexpected(refuse_body(*fault));
  return start;
}

template <class T>
tl::expected<std::vector<T>, Reply> read_list(const Call& call) {
  json::Document document;
  const auto root = document.read(call.body);
  if (!root) return tl::unexpected(refuse_body(root.error()));
  std::vector<T> items;
  if ((*root)->is_null()) return items;
  std::optional<json::Fault> fault;
  json::Reader reader(**root, **root, fault, json::Nulls::missing);
  reader.read(**root, items);
  if (fault) return tl::unexpected(refuse_body(*fault));
  return items;
}

}  // namespace envlink::emulator
