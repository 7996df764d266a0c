#include "emulator/gzip.h"

#include <zlib.h>

#include <boost/beast/http/rfc7230.hpp>
#include <optional>
#include <stdexcept>

#include "base/text.h"

namespace envlink::emulator {
namespace {

namespace http = boost::beast::http;

/// `q=0` means not acceptable.
bool is_allowed(const http::param_list& parameters) {
  for (const auto& [name, value] : parameters) {
    if (lower({name.data(), name.size()}) == "q") return value.find_first_not_of("0.") != value.npos;
  }
  return true;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> any;
  for (const auto& [name, parameters] : http::ext_list({accept_encoding.data(), accept_encoding.size()})) {
    const std::string coding = lower({name.data(), name.size()});
    if (coding == "gzip" || coding == "x-gzip") return is_allowed(parameters);
    if (coding == "*") any = is_allowed(parameters);
  }
  return any.value_or(false);
}

std::string gzip(std::string_view bytes) {
  constexpr int gzip_format = 15 + 16;  // the largest window, with the header and trailer of a gzip file
  constexpr int memory = 8;             // zlib's default
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_format, memory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::runtime_error("zlib cannot compress");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  // zlib takes its input through a pointer to non-const, but does not change it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());  // replies are far below 4 GB
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) throw std::runtime_error("zlib cannot compress");
  return out;
}

}  // namespace envlink::emulator
