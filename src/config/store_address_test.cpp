#include "config/store_address.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/file.h"

using namespace envlink;

namespace {

/// What envlink says about a file, with its lines; empty: nothing.
std::string told(const std::string& text) {
  const auto found = config::store_in(text);
  return found ? "" : yaml::render(found.error(), "envlink.yaml", text);
}

std::string told_of_file(const std::string& text) {
  const auto parsed = config::parse_file(text, "envlink.yaml");
  return parsed ? "" : yaml::render(parsed.error(), "envlink.yaml", text);
}

}  // namespace

TEST_CASE("The store of a file is found, whatever else is wrong with the file") {
  const std::string address = "postgres://envlink@db.example.com/envlink?sslmode=verify-full";
  CHECK(config::store_in("version: 1\nstore: " + address + "\n").value() == address);
  CHECK(config::store_in("store: postgresql://db/envlink\nservcies: 5\n").value() ==
        "postgresql://db/envlink");
  CHECK_FALSE(config::store_in("version: 1\n").value().has_value());
  CHECK_FALSE(config::store_in("").value().has_value());
  CHECK_FALSE(config::store_in("[a list]").value().has_value());
  CHECK_FALSE(config::store_in("version: [").value().has_value());
  CHECK_FALSE(config::store_in("store: [").has_value());
  CHECK(told_of_file("version: 1\nstore: " + address + "\n").empty());
}

TEST_CASE("A password in the file is an error with its place, and is not shown") {
  for (const std::string store :
       {"postgres://ada:hunter2@db/envlink", "'postgres://ada:hunter2@db:5432/envlink'",
        "postgres://db/envlink?user=ada&password=hunter2", "postgres://ada:hunter2"}) {
    CAPTURE(store);
    const std::string text = fmt::format("version: 1\nstore: {}\n", store);
    for (const std::string& said : {told(text), told_of_file(text)}) {
      CHECK(said.find("envlink.yaml:2:8: error: `store` contains a password") != std::string::npos);
      CHECK(said.find("***") != std::string::npos);
      CHECK(said.find("hunter2") == std::string::npos);
    }
  }
}

TEST_CASE("A password is not shown either when something else on its line is wrong") {
  for (const std::string text : {"version: 1\nstor: postgres://ada:hunter2@db/envlink\n",
                                 "version: 1\nworkspace: postgres://ada:hunter2@db/envlink, b: c\n",
                                 "version: 1\n{store: postgres://ada:hunter2@db/envlink, stor: 5\n",
                                 "version: 1\nlinks: {unmanaged: postgres://ada:hunter2@db/envlink}\n",
                                 "version: 1\nrollout: [postgres://ada:hunter2@db/envlink]\n"}) {
    CAPTURE(text);
    const std::string said = told_of_file(text);
    CHECK(said.find("error:") != std::string::npos);
    CHECK(said.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("What is no address is refused") {
  CHECK(told("store: 5\n").find("`store` must be an address such as postgres://") != std::string::npos);
  CHECK(told("store: sqlite:///tmp/a\n").find("`store` must be an address such as postgres://") !=
        std::string::npos);
  CHECK(told("store: \"postgres://db/a b\"\n").find("contains a space") != std::string::npos);
  CHECK(told("store: postgres://db/" + std::string(2048, 'a')).find("is longer than 2048 bytes") !=
        std::string::npos);
}
