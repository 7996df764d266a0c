#include "postgres/lookup.h"

#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace envlink::postgres {
namespace {

using Found = tl::expected<std::vector<std::string>, std::string>;

Found ask_resolver(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &first);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(code == 0 ? first : nullptr, &freeaddrinfo);
  std::vector<std::string> found;
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (std::ranges::find(found, text.data()) == found.end()) found.emplace_back(text.data());
  }
  if (!found.empty()) return found;
  return tl::unexpected(fmt::format("the address of {} was not found: {}", clean(host), gai_strerror(code)));
}

/// A thread that is left behind if the resolver does not answer. Signals go to the others.
void in_background(std::packaged_task<Found()> task) {
  sigset_t every{};
  sigset_t before{};
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  std::thread(std::move(task)).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

Found look_up(const std::string& host, Deadline deadline) {
  std::packaged_task<Found()> task([host] { return ask_resolver(host); });
  std::future<Found> answer = task.get_future();
  in_background(std::move(task));
  if (answer.wait_until(deadline) == std::future_status::ready) return answer.get();
  return tl::unexpected(fmt::format("the address of {} was not found in time", clean(host)));
}

}  // namespace envlink::postgres
