#include <curl/curl.h>
#include <fmt/format.h>
#include <libfyaml.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <sodium/version.h>
#include <sqlite3.h>
#include <utf8proc.h>
#include <zlib.h>

#include <algorithm>
#include <boost/version.hpp>

#include "program/program.h"

namespace envlink::program {

std::vector<Library> libraries() {
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  const int postgres = PQlibVersion();  // 150014 is 15.14
  std::vector<Library> all = {
      {"boost",
       fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"curl", curl->version},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"libfyaml", fy_library_version()},
      {"libpq", fmt::format("{}.{}", postgres / 10000, postgres % 10000)},
      {"libsodium", sodium_version_string()},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"sqlite", sqlite3_libversion()},
      {"utf8proc", utf8proc_version()},
      {"zlib", zlibVersion()}};
  if (curl->nghttp2_version != nullptr) all.push_back({"nghttp2", curl->nghttp2_version});
  std::ranges::sort(all, {}, &Library::name);
  return all;
}

}  // namespace envlink::program
