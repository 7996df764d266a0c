#pragma once
// One request in progress: a libcurl easy handle, what it sends and what it has received.

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "engine/ports.h"
#include "http/address.h"
#include "http/reception.h"
#include "trust/authorities.h"

namespace envlink::http {

/// CURL_CA_BUNDLE, as for the curl command, else what other programs trust.
trust::Authorities trusted_authorities();

/// Owns what the handle points to, so it cannot be moved.
class Exchange {
 public:
  /// `authorization`: the header's value; empty: no header.
  Exchange(const engine::Call& call, const Address& address, const trust::Authorities& trusted,
           const std::string& user_agent, const std::string& authorization);
  ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  CURL* handle() const { return handle_.get(); }
  engine::Reply finish(CURLcode code);

 private:
  template <class Value>
  void set(CURLoption option, Value value);
  void set_connection(const Address& address, const trust::Authorities& trusted);
  void set_message();
  void set_callbacks();
  void add_header(const std::string& line);
  api::Outcome outcome_of(CURLcode code);

  static int on_prepared(void* self, char*, char*, int, int) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;

  engine::Call call_;
  bool loopback_;
  bool has_authorities_;
  std::string host_;  // "127.0.0.1:8080"
  Reception reception_;
  int sendings_ = 0;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr, &curl_slist_free_all};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_{nullptr, &curl_easy_cleanup};
};

}  // namespace envlink::http
