#include "trust/authorities.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace envlink::trust {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace

std::string system_authorities() {
  constexpr std::array places = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
      "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL, Amazon Linux
      "/etc/ssl/ca-bundle.pem",                             // SUSE
      "/var/lib/ca-certificates/ca-bundle.pem",             // newer SUSE
      "/etc/ssl/certs/ca-bundle.crt",                       // NixOS
      "/etc/ssl/cert.pem",                                  // macOS, BSD
  };
  const auto* found = std::ranges::find_if(places, [](const char* path) { return access(path, R_OK) == 0; });
  return found == places.end() ? std::string() : *found;
}

Authorities authorities() {
  const Authorities named{variable("SSL_CERT_FILE"), variable("SSL_CERT_DIR")};
  if (!named.file.empty() || !named.folder.empty()) return named;
  return {system_authorities(), {}};
}

}  // namespace envlink::trust
