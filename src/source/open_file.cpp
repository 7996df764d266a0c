#include "source/open_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/text.h"
#include "source/value.h"

namespace envlink::source {

ssize_t read_more(int file, Wiped& into) {
  constexpr std::size_t most_at_once = 65536;
  std::string& text = into.text;
  const std::size_t before = text.size();
  text.resize(std::min(text.capacity(), before + most_at_once));
  ssize_t count = -1;
  do {
    count = read(file, text.data() + before, text.size() - before);
  } while (count < 0 && errno == EINTR);
  text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return count;
}

Result<Wiped> read_whole(int file, std::string_view origin) {
  Wiped bytes(most_bytes + 1);
  while (bytes.text.size() <= most_bytes) {
    const ssize_t count = read_more(file, bytes);
    if (count == 0) break;
    if (count < 0) {
      return fail({.what = fmt::format("Cannot read {}", clean(origin)),
                   .why = std::generic_category().message(errno),
                   .cure = "Check its source, and try again."});
    }
  }
  return bytes;
}

}  // namespace envlink::source
