#include <algorithm>

#include "api/replies.h"
#include "api/reply_reader.h"
#include "base/text.h"

namespace envlink::api {
namespace {

/// "srv-…", "evg-…", "dpg-…-a": a prefix of two to four letters and a rest that is not a word.
bool looks_like_an_id(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash < 2 || dash > 4) return false;
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dash), is_lower);
}

std::string who(const Node& actor) {
  for (const std::string_view key : {"email", "id", "type"}) {
    if (const std::string_view told = actor.view(key); !told.empty()) return clean(told);
  }
  return {};
}

std::vector<std::string> subjects_in(const Node& metadata) {
  std::vector<std::string> ids;
  const json::Value& object = *metadata.object;
  for (const json::Value* key = object.first(); key != object.next(); key = key[1].next()) {
    const std::string_view id = metadata.id_view(key->text);
    if (looks_like_an_id(id) && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.emplace_back(id);
  }
  return ids;
}

/// An entry without a time is an error: whether it was before or after a deploy would be a guess.
Result<model::AuditEntry> decode_entry(const Node& node) {
  const std::optional<Time> at = node.time("timestamp");
  if (!at) return fail(unreadable(node.path_of("timestamp"), "is not a time"));
  return node.id("id").map([&](std::string id) {
    return model::AuditEntry{.id = std::move(id),
                             .at = *at,
                             .event = clean(node.view("event")),
                             .succeeded = node.view("status") == "success",
                             .actor = who(node.child("actor")),
                             .ids = subjects_in(node.child("metadata"))};
  });
}

}  // namespace

Result<Page<model::AuditEntry>> parse_audit_logs(const Response& response) {
  return read_page<model::AuditEntry>(response, "auditLog", decode_entry);
}

bool has_no_audit_log(const Response& response) {
  return response.status == 403 || response.status == 404;
}

}  // namespace envlink::api
