#pragma once
// The official CLI's login file. It is read, never written, and only what envlink needs of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace envlink::config {

struct Login {
  std::string key;
  std::string host;
  std::string workspace;
  std::optional<std::int64_t> expires_at;  // seconds since 1970; unset when it does not expire
};

/// Unset when it is no YAML mapping. Tolerant beyond that: another program owns the file.
std::optional<Login> parse_login(std::string_view text);

}  // namespace envlink::config
