#pragma once
// Serves the World over HTTP/1.1 on 127.0.0.1. Only server.cpp uses sockets, threads or a clock in this
// folder.

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "emulator/workspace.h"

namespace envlink::emulator {

struct ServerOptions {
  std::uint16_t port = 0;  // 0: any free one
  double speed = 1.0;
};

/// Serves until SIGINT or SIGTERM. `ready` is called once with "http://127.0.0.1:PORT/v1".
Result<void> serve(const Workspace& workspace, const ServerOptions& options,
                   const std::function<void(const std::string&)>& ready);

}  // namespace envlink::emulator
