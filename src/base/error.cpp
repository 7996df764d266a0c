#include "base/error.h"

#include <string_view>

namespace envlink {
namespace {

/// Further lines of a text stand below its first one.
void append_indented(std::string& out, std::string_view text, std::string_view indent) {
  for (std::size_t line = 0; !text.empty(); ++line) {
    const auto end = text.find('\n');
    if (line > 0) out.append("\n").append(indent);
    out.append(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

std::string describe(const Error& error) {
  if (!error.text.empty()) return error.text;
  std::string out = error.what;
  if (!error.why.empty()) {
    out += "\n  why: ";
    append_indented(out, error.why, "       ");
  }
  if (!error.cure.empty()) {
    out += "\n  → ";
    append_indented(out, error.cure, "    ");
  }
  if (!error.request_id.empty()) out.append("\n  (request id ").append(error.request_id).append(")");
  return out;
}

}  // namespace envlink
