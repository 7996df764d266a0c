#pragma once
// A self-signed certificate for localhost, 127.0.0.1 and ::1, so that the emulator can speak TLS.

#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"

struct evp_pkey_st;  // EVP_PKEY of OpenSSL

namespace envlink::emulator {

struct Certificate {
  std::string pem;                   // without the key
  std::shared_ptr<evp_pkey_st> key;  // exists only in memory
};

/// With a new key. Valid for 30 days, and from a day before `now` for clients whose clock is slow.
Certificate make_certificate(Time now);

/// Whether a file is one certificate from make_certificate, now or in an earlier run, and nothing else.
bool is_emulator_certificate(std::string_view pem);

}  // namespace envlink::emulator
