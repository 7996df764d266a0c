#include "postgres/server_test.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/text.h"

namespace envlink::postgres::testing {
namespace {

namespace files = std::filesystem;

constexpr Limits patient = {.connect = std::chrono::seconds(60), .statement = std::chrono::seconds(60)};

/// Of the distribution's version.
std::string folder_of_programs() {
  std::string folder;
  FILE* told = popen("pg_config --bindir", "r");
  for (int one; told != nullptr && (one = getc(told)) != EOF && one != '\n';)
    folder += static_cast<char>(one);
  if (told == nullptr || pclose(told) != 0 || folder.empty())
    throw std::runtime_error("pg_config does not say where PostgreSQL is: run scripts/install-dependencies");
  return folder;
}

}  // namespace

std::string program(const std::string& name) {
  static const std::string folder = folder_of_programs();
  return folder + "/" + name;
}

Address good(const std::string& text) {
  auto address = Address::parse(text, Origin::environment);
  if (!address) throw std::runtime_error(describe(address.error()));
  return std::move(*address);
}

Server::Server(Kind kind, const std::vector<std::string>& settings) {
  const files::path parent = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : files::temp_directory_path();
  folder_ = (parent / "envlink-postgres-XXXXXX").string();
  if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  give_to_programs(folder_);
  const std::string key = folder_ + "/server.key";
  Program({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-keyout", key, "-out", certificate(), "-days", "2", "-subj", "/CN=test", "-addext",
           "subjectAltName=DNS:localhost"})
      .succeed();
  const std::string data = folder_ + "/data";
  Program({program("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
           "--locale=C", "--no-instructions"})
      .succeed();
  std::ofstream(data + "/pg_hba.conf")
      << "local all,replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
  if (kind == Kind::standby) std::ofstream(data + "/standby.signal").flush();
  // Another process may take a free port first.
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    std::vector<std::string> arguments = {program("postgres"), "-D", data, "-p", port(), "-k", folder_};
    for (const std::string& setting : {std::string("listen_addresses=127.0.0.1"), std::string("ssl=on"),
                                       "ssl_cert_file=" + certificate(), "ssl_key_file=" + key})
      arguments.insert(arguments.end(), {"-c", setting});
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"-c", setting});
    program_ = std::make_unique<Program>(std::move(arguments));
    if (!program_->says("is ready to accept")) continue;
    if (kind == Kind::primary) run("postgres", "CREATE ROLE owner LOGIN PASSWORD 'secret-of-owner'");
    return;
  }
  throw std::runtime_error("PostgreSQL does not start:\n" + program_->output());
}

Server::~Server() {
  program_.reset();
  std::error_code ignored;
  files::remove_all(folder_, ignored);
}

Server& Server::shared() {
  static Server server;
  return server;
}

std::string Server::make_database() {
  const std::string name = fmt::format("test{}", ++databases_);
  run("postgres", fmt::format("CREATE DATABASE {} OWNER owner", name));
  return name;
}

std::string Server::address(const std::string& database, const std::string& role) const {
  return fmt::format("postgres://{}@/{}?host={}&port={}", role, database, percent_encode(folder_), port_);
}

std::string Server::tcp_address(const std::string& login, const std::string& database,
                                const std::string& parameters, const std::string& host) const {
  return fmt::format("postgres://{}@{}:{}/{}{}{}", login, host, port_, database,
                     parameters.empty() ? "" : "?", parameters);
}

Rows Server::run(const std::string& database, const std::string& sql) const {
  Connection connection(good(address(database, "postgres")), patient);
  auto answer = connection.ask(sql);
  if (!answer) throw std::runtime_error(describe(answer.error().error));
  return std::move(*answer);
}

void Server::run_all(const std::string& database, const std::string& sql) const {
  Connection connection(good(address(database, "postgres")), patient);
  if (const auto answer = connection.run(sql); !answer)
    throw std::runtime_error(describe(answer.error().error));
}

}  // namespace envlink::postgres::testing
