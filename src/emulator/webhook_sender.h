#pragma once
// Sends what is due to webhooks, over HTTP to this machine.

#include <memory>

#include "emulator/http_frontend.h"

namespace boost::asio {
class io_context;
}

namespace envlink::emulator {

/// Works while the context runs. Both must outlive it.
class WebhookSender {
 public:
  WebhookSender(boost::asio::io_context& context, HttpFrontend& frontend);
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace envlink::emulator
