#include "json/reader.h"

namespace envlink::json {
namespace {

constexpr Duration longest = std::chrono::hours(24 * 366 * 10'000);  // so that its end is still a valid time

}  // namespace

void Reader::say(std::string_view name, std::string_view what) {
  if (fault_) return;
  std::string where = path_to(root_, object_);
  if (!where.empty()) where += '.';
  fault_ = Fault{where.append(name), std::string(what)};
}

void Reader::say(const Value& value, std::string_view what) {
  if (!fault_) fault_ = Fault{path_to(root_, value), std::string(what)};
}

std::string_view Reader::text_of(const Value& value) {
  if (!value.is_text()) say(value, "is not text");
  return value.text;
}

Duration Reader::span_of(const Value& value) {
  Duration::rep count = 0;
  read(value, count);
  const Duration span(count);
  if (good() && (span < Duration::zero() || span > longest)) say(value, "is not a duration");
  return span;
}

}  // namespace envlink::json
