#pragma once
// Which certificate authorities are trusted. libcurl does not read the environment for this; its command-line
// tool does, in this order: CURL_CA_BUNDLE, or else SSL_CERT_DIR and SSL_CERT_FILE. Unset: the system's own.

#include <string>

namespace envlink::http {

struct Trust {
  std::string file;
  std::string directory;
};

Trust trust_from_environment();

}  // namespace envlink::http
