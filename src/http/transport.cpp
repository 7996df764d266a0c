#include "http/transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <new>
#include <stdexcept>
#include <utility>

#include "api/authorization.h"
#include "api/key_mask.h"
#include "http/address.h"
#include "http/exchange.h"
#include "http/interrupts.h"

namespace envlink::http {
namespace {

constexpr long max_connections_to_host = 8;  // without HTTP/2
constexpr long max_idle_connections = 16;
constexpr Duration longest_poll = std::chrono::hours(1);

void start_libcurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::runtime_error(fmt::format("libcurl: {}", curl_easy_strerror(code)));
}

void check(CURLMcode code) {
  if (code != CURLM_OK) throw std::runtime_error(fmt::format("libcurl: {}", curl_multi_strerror(code)));
}

bool has_control_character(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

int milliseconds_until(std::optional<Time> until, Time now) {
  const Duration span = until ? std::clamp(*until - now, Duration{0}, longest_poll) : longest_poll;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(span).count());
}

}  // namespace

struct CurlTransport::State {
  State(Options o, const Secret& k, engine::Clock& c) : options(std::move(o)), key(k), clock(c) {
    while (options.base_url.ends_with('/')) options.base_url.pop_back();
    start_libcurl();
    multi.reset(curl_multi_init());
    if (!multi) throw std::bad_alloc();
    check(curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, max_connections_to_host));
    check(curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, max_idle_connections));
  }
  ~State() {
    for (const auto& [handle, exchange] : under_way) curl_multi_remove_handle(multi.get(), handle);
  }

  tl::expected<Address, std::string> address_of(const api::Request& request) const;
  void collect(engine::Arrivals& arrivals);
  void sleep(int milliseconds);

  Options options;
  Secret key;
  api::KeyMask key_mask{key};
  engine::Clock& clock;
  trust::Authorities trusted = trusted_authorities();
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{nullptr, &curl_multi_cleanup};
  std::map<CURL*, std::unique_ptr<Exchange>> under_way;
  std::vector<engine::Reply> not_sent;
  Interrupts interrupts;
};

tl::expected<Address, std::string> CurlTransport::State::address_of(const api::Request& request) const {
  if (request.foreign) return check_address(request.target);
  // Without the slash a target could become part of the host name.
  if (!request.target.starts_with('/')) return tl::unexpected<std::string>("the path does not start with /");
  return check_address(options.base_url + request.target);
}

void CurlTransport::State::collect(engine::Arrivals& arrivals) {
  int running = 0;
  check(curl_multi_perform(multi.get(), &running));
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto exchange = under_way.extract(handle);
    curl_multi_remove_handle(multi.get(), handle);
    arrivals.replies.push_back(exchange.mapped()->finish(code));
    if (auto* response = std::get_if<api::Response>(&arrivals.replies.back().outcome))
      response->from_other_host = options.other_host;
    key_mask.mask(arrivals.replies.back().outcome);
  }
  std::ranges::move(std::exchange(not_sent, {}), std::back_inserter(arrivals.replies));
  arrivals.interrupts += interrupts.take();
}

void CurlTransport::State::sleep(int milliseconds) {
  curl_waitfd extra{.fd = interrupts.descriptor(), .events = CURL_WAIT_POLLIN, .revents = 0};
  check(curl_multi_poll(multi.get(), &extra, 1, milliseconds, nullptr));
}

CurlTransport::CurlTransport(Options options, const Secret& key, engine::Clock& clock)
    : state_(std::make_unique<State>(std::move(options), key, clock)) {}

CurlTransport::~CurlTransport() = default;

void CurlTransport::send(const engine::Call& call) {
  const auto address = state_->address_of(call.request);
  if (!address) {
    state_->not_sent.push_back({call.id, api::NotSent{address.error()}});
    return;
  }
  const std::string authorization =
      call.request.foreign ? std::string() : api::Authorization::header(state_->key);
  if (has_control_character(authorization)) {
    state_->not_sent.push_back({call.id, api::NotSent{"the API key contains a control character"}});
    return;
  }
  auto exchange =
      std::make_unique<Exchange>(call, *address, state_->trusted, state_->options.user_agent, authorization);
  CURL* handle = exchange->handle();
  state_->under_way.emplace(handle, std::move(exchange));
  check(curl_multi_add_handle(state_->multi.get(), handle));
}

engine::Arrivals CurlTransport::wait(std::optional<Time> until) {
  engine::Arrivals arrivals;
  for (;;) {
    state_->collect(arrivals);
    if (!arrivals.replies.empty() || arrivals.interrupts > 0) return arrivals;
    if (!until && state_->under_way.empty()) {
      throw std::logic_error("wait: no request in progress and no time to end at");
    }
    const Time now = state_->clock.now();
    if (until && now >= *until) return arrivals;
    state_->sleep(milliseconds_until(until, now));
  }
}

}  // namespace envlink::http
