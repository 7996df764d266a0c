// Any bytes as an event of the journal or as a plan file: what can be read is the same after it was written
// and read again. The first byte chooses the reader.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/event_json.h"
#include "plan/stored.h"

namespace {

using namespace envlink;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Read>
void check(std::string_view text, Read read) {
  const auto value = read(text);
  if (!value) return require(!value.error().why.empty());
  const std::string written = to_json(*value);
  const auto again = read(written);
  require(again.has_value() && *again == *value);
  require(to_json(*again) == written);
}

void check_file(std::string_view text) {
  const auto read = plan::read_plan_file(text);
  if (!read) return require(!read.error().why.empty());
  require(plan::read_plan_file(plan::plan_file_text(read->plan, read->basis).text).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'e') check(text, [](std::string_view event) { return engine::event_from_json(event); });
  if (data[0] == 'p') check(text, plan::plan_from_json);
  if (data[0] == 'f') check_file(text);
  return 0;
}
