#pragma once
// A PostgreSQL server of its own for the tests of one program, with TLS, on a Unix socket and on
// 127.0.0.1.

#include <memory>
#include <string>
#include <vector>

#include "postgres/connection.h"
#include "postgres/program_test.h"

namespace envlink::postgres::testing {

/// One of PostgreSQL's programs, such as "initdb", with its folder. Throws if the folder is not known.
std::string program(const std::string& name);

/// An address that the test expects to be good.
Address good(const std::string& text);

class Server {
 public:
  enum class Kind { primary, standby };
  /// `settings`: such as "fsync=off". Throws if PostgreSQL's package is missing or the server does not start.
  explicit Server(Kind kind = Kind::primary, const std::vector<std::string>& settings = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// One for all tests of this program, started by the first.
  static Server& shared();

  /// A new, empty database that the role `owner` owns. Returns its name.
  std::string make_database();
  /// Through the socket, where no password is asked for. Roles: postgres (superuser) and owner.
  std::string address(const std::string& database, const std::string& role = "owner") const;
  /// Through TCP, where roles need their password. `login`: "owner:secret-of-owner".
  std::string tcp_address(const std::string& login, const std::string& database,
                          const std::string& parameters = "", const std::string& host = "127.0.0.1") const;
  /// The server's self-signed certificate, for "localhost" only.
  std::string certificate() const { return folder_ + "/server.pem"; }
  /// The folder of the socket.
  const std::string& folder() const { return folder_; }
  std::string port() const { return std::to_string(port_); }
  /// One statement as superuser.
  Rows run(const std::string& database, const std::string& sql) const;
  /// Several statements.
  void run_all(const std::string& database, const std::string& sql) const;

 private:
  std::string folder_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<Program> program_;
};

}  // namespace envlink::postgres::testing
