#pragma once
// Serves the World over HTTP/1.1, with or without TLS, on 127.0.0.1. Only server.cpp and webhook_sender.cpp
// use sockets, threads or a clock in this folder.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "emulator/certificate.h"
#include "emulator/workspace.h"

namespace envlink::emulator {

struct ServerOptions {
  std::uint16_t port = 0;  // 0: any free one
  double speed = 1.0;
  std::optional<Certificate> certificate{};  // serves https with it
  bool gzip = false;                         // compresses replies for clients that accept it
};

/// Serves until SIGINT or SIGTERM. `ready` is called once, before the first request is answered, with
/// "http://127.0.0.1:PORT/v1" or the same with https; if it fails, nothing is served.
Result<void> serve(const Workspace& workspace, const ServerOptions& options,
                   const std::function<Result<void>(const std::string&)>& ready);

}  // namespace envlink::emulator
