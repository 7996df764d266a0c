#pragma once
// What became of a request, from what libcurl says of it.

#include <curl/curl.h>

#include <string_view>

#include "api/message.h"
#include "base/time.h"
#include "http/reception.h"

namespace envlink::http {

struct TransferResult {
  CURLcode code = CURLE_OK;
  int status = 0;
  bool began = false;  // libcurl had a connection and set about sending: bytes may have gone out
  bool foreign = false;
  std::string_view detail;  // libcurl's own words; may be empty
  Duration timeout{};       // what the call was allowed
};

api::Outcome outcome_of(const TransferResult& result, Reception reception);

}  // namespace envlink::http
