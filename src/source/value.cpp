#include "source/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "base/utf8.h"
#include "model/variable.h"

namespace envlink::source {
namespace {

tl::unexpected<Error> refused(std::string_view origin, std::string why, std::string cure) {
  return fail({.what = fmt::format("The value from {} cannot be sent to Render", clean(origin)),
               .why = std::move(why),
               .cure = std::move(cure)});
}

/// "line 2, byte 5", both from 1.
std::string place_of(std::string_view bytes, std::size_t at) {
  const std::string_view before = bytes.substr(0, at);
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, byte {}", std::ranges::count(before, '\n') + 1, at - start + 1);
}

std::optional<std::size_t> find_invalid(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded decoded = decode_utf8(bytes, at);
    if (!decoded.valid) return at;
    at += decoded.length;
  }
  return std::nullopt;
}

std::string_view without_final_break(std::string_view bytes) {
  if (!bytes.ends_with('\n')) return bytes;
  bytes.remove_suffix(1);
  if (bytes.ends_with('\r')) bytes.remove_suffix(1);
  return bytes;
}

}  // namespace

FinalBreak final_break_of(std::string_view key) {
  return model::is_file_key(key) ? FinalBreak::kept : FinalBreak::taken_off;
}

Result<void> check_text(std::string_view bytes, std::string_view origin) {
  constexpr std::string_view cure =
      "Save it as UTF-8. Binary data can be stored as base64 if the service decodes it.";
  if (bytes.size() > most_bytes)
    return refused(origin, "it is larger than 1 MiB", "Check that it is the right one.");
  if (const std::size_t at = bytes.find('\0'); at != std::string_view::npos)
    return refused(origin, fmt::format("{} is a NUL byte", place_of(bytes, at)), std::string(cure));
  if (const auto at = find_invalid(bytes))
    return refused(origin, fmt::format("{} is not UTF-8", place_of(bytes, *at)), std::string(cure));
  return {};
}

Result<std::string_view> value_in(std::string_view bytes, FinalBreak final_break, std::string_view origin) {
  if (auto checked = check_text(bytes, origin); !checked) return fail(std::move(checked.error()));
  const std::string_view value = final_break == FinalBreak::taken_off ? without_final_break(bytes) : bytes;
  if (!value.empty()) return value;
  return fail({.what = fmt::format("No value from {}", clean(origin)),
               .why = bytes.empty() ? "it is empty" : "it contains only a line break",
               .cure = "Check that it is the right one."});
}

Result<Secret> secret_in(std::string_view bytes, FinalBreak final_break, std::string_view origin) {
  return value_in(bytes, final_break, origin).map([](std::string_view value) {
    return Secret(std::string(value));
  });
}

}  // namespace envlink::source
