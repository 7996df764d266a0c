#include "view/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace envlink::view {

void Output::write(std::string_view bytes, const std::function<bool()>& no_more) noexcept {
  while (!broken_ && !bytes.empty()) {
    if (no_more && no_more()) return;
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait(-1);
    } else {
      broken_ = errno != EINTR;
    }
  }
}

bool Output::ready() const noexcept {
  return wait(0) != 0;
}

int Output::wait(int milliseconds) const noexcept {
  pollfd writable{descriptor_, POLLOUT, 0};
  return ::poll(&writable, 1, milliseconds);
}

}  // namespace envlink::view
