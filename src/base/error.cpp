#include "base/error.h"

#include <string_view>

namespace envlink {
namespace {

/// Indents further lines of a text to align with its first one.
void append_indented(std::string& out, std::string_view text, std::string_view indent) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (const char c : text) (out += c).append(c == '\n' ? indent : "");
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
