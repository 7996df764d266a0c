#pragma once
// Answers requests, without sockets: the World with faults, the request log, and the emulator's own paths.
// Those paths need no key, have no rate limits or faults, and are not logged.

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/key_mask.h"
#include "api/message.h"
#include "base/time.h"
#include "emulator/faults.h"
#include "emulator/outbox.h"
#include "emulator/workspace.h"
#include "emulator/world.h"

namespace envlink::emulator {

struct HttpRequest {
  std::string_view method;
  std::string_view target;
  std::string_view authorization;
  std::string_view body;
  std::string_view content_type{};  // empty: none given
};

struct ServerAction {
  api::Response response;
  Duration delay{0};
  bool cut = false;     // reset the connection without an answer
  std::string fault{};  // the kind of fault that occurred; empty: none
};

class HttpFrontend {
 public:
  /// `base` is "http://127.0.0.1:PORT" or "https://127.0.0.1:PORT".
  HttpFrontend(const Workspace& workspace, const std::string& base, double speed, Time now);
  /// HEAD is answered as GET, with the body, so that the server knows its length.
  ServerAction handle(const HttpRequest& request, Time now);

  /// Deliveries to webhooks: see outbox.h.
  std::vector<Delivery> due_deliveries(Time now, std::size_t most);
  void delivered(std::uint64_t number, DeliveryResult result, Time now);
  std::optional<Time> next_delivery() const;
  /// `changed` is called after each request: next_delivery() may have changed.
  void on_change(std::function<void()> changed);

 private:
  struct Logged {
    Time time;
    std::string method;
    std::string path;
    int status = 0;  // 0: no answer
    std::string fault;
  };
  /// A request that takes effect after its connection is cut.
  struct Late {
    Time at;
    api::Method method;
    std::string target;
    std::string authorization;
    std::string body;
    std::string content_type;
  };
  void let_arrive(Time now);
  ServerAction respond(const HttpRequest& request, Time now);
  ServerAction play(api::Method method, const HttpRequest& request, Time now);
  api::Response own_page(std::string_view path, Time now);
  std::string log_lines(std::string_view query) const;

  World world_;
  Faults faults_;
  Outbox outbox_;
  std::function<void()> changed_;
  Duration latency_;
  api::KeyMask key_;
  std::vector<Late> late_;  // in order of arrival, bounded
  std::deque<Logged> log_;  // oldest first, bounded
};

}  // namespace envlink::emulator
