#pragma once
// The address of a team's store, such as postgres://envlink@db.example.com/envlink, as parameters for libpq.
// What the address does not say comes from where libpq looks for it: its environment variables (PGPASSWORD,
// …), the service file and the password file.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "base/time.h"

namespace envlink::postgres {

/// Where an address was written. One in a file must not contain a password.
enum class Origin { environment, file };

/// How sure it is that the server is the right one and that nobody reads along.
enum class Trust {
  this_machine,  // loopback or a Unix socket
  verified,      // the certificate and the name in it
  any_name,      // sslmode=verify-ca: the certificate, whatever name is in it
  unverified,    // sslmode=require or less
};

struct Host {
  std::string name{};     // or the folder of a Unix socket
  std::string address{};  // the IP address; empty: not looked up yet
  std::string port{};
};

class Address {
 public:
  /// The text of at most 2 KiB is not part of any error.
  static Result<Address> parse(std::string_view text, Origin origin);

  /// For people, without a password: "envlink@db.example.com:5432/envlink".
  const std::string& shown() const { return shown_; }
  const std::string& database() const { return database_; }
  Trust trust() const { return trust_; }
  const std::vector<Host>& hosts() const { return hosts_; }
  /// `connect_timeout`
  std::optional<Duration> connect_limit() const { return connect_limit_; }

  /// For PQconnectStartParams. It points into the address and into `host`.
  struct Parameters {
    std::vector<const char*> keywords{};  // the last one is null
    std::vector<const char*> values{};
  };
  Parameters parameters(const Host& host) const;

 private:
  std::string shown_{};
  std::string database_{};
  Trust trust_ = Trust::unverified;
  std::vector<Host> hosts_{};
  std::optional<Duration> connect_limit_{};
  std::vector<std::pair<std::string, std::string>> others_{};  // without hosts and password
  Secret password_{};                                          // empty: libpq looks for one
};

}  // namespace envlink::postgres
