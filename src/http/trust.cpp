#include "http/trust.h"

#include <cstdlib>

namespace envlink::http {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

Trust trust_from_environment() {
  if (std::string bundle = variable("CURL_CA_BUNDLE"); !bundle.empty()) return {bundle, {}};
  return {variable("SSL_CERT_FILE"), variable("SSL_CERT_DIR")};
}

}  // namespace envlink::http
