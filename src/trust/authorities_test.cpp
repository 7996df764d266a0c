#include "trust/authorities.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/variable_test.h"

namespace envlink::trust {

using testing::Variable;

TEST_CASE("What the environment names is trusted in place of the system's authorities") {
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) unsetenv(name);
  const Variable folder("SSL_CERT_DIR", "/folder");
  CHECK(authorities().file.empty());
  CHECK(authorities().folder == "/folder");
  const Variable file("SSL_CERT_FILE", "/file.pem");
  CHECK(authorities().file == "/file.pem");
  CHECK(authorities().folder == "/folder");
}

TEST_CASE("The system's authorities are a file that can be read") {
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) unsetenv(name);
  REQUIRE(!system_authorities().empty());
  CHECK(access(system_authorities().c_str(), R_OK) == 0);
  CHECK(authorities().file == system_authorities());
  CHECK(authorities().folder.empty());
}

}  // namespace envlink::trust
