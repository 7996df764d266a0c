#pragma once
// Which certificate authorities this machine trusts, as PEM files. The TLS library in the program knows no
// place of its own, because each system has another one.

#include <string>

namespace envlink::trust {

/// A file and a folder of certificate authorities; both empty: this machine has none.
struct Authorities {
  std::string file;
  std::string folder;
};

/// SSL_CERT_FILE and SSL_CERT_DIR, else the system's own.
Authorities authorities();

/// The first file in one of the usual places; empty: none can be read.
std::string system_authorities();

}  // namespace envlink::trust
