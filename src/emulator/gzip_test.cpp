#include "emulator/gzip.h"

#include <doctest/doctest.h>
#include <zlib.h>

namespace envlink::emulator {
namespace {

/// zlib checks the header, the checksum and the length.
std::string unpacked(const std::string& packed, std::size_t size) {
  std::string out(size + 1, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string in = packed;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST_CASE("unpacked gzip is what was packed: nothing, bytes of every value, and much text") {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  std::string much;
  while (much.size() < 3'000'000) much += "{\"id\":\"srv-" + std::to_string(much.size() * 7919) + "\"},";
  for (const std::string& text : {std::string(), every, much}) {
    const std::string packed = gzip(text);
    CHECK(unpacked(packed, text.size()) == text);
    CHECK(gzip(text) == packed);
  }
  CHECK(gzip(much).size() < much.size() / 2);
}

TEST_CASE("gzip is sent to clients that name it or accept anything, unless with q=0") {
  struct Row {
    const char* header;
    bool accepted;
  };
  const Row rows[] = {{"", false},
                      {"gzip", true},
                      {"GZip", true},
                      {"x-gzip", true},
                      {"gzip, deflate, br", true},
                      {"deflate , gzip", true},
                      {"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
                      {"gzip ; q=0.001", true},
                      {"gzip;Q=0", false},
                      {"gzip;q=0.000, *", false},
                      {"*, gzip;q=0", false},
                      {"*", true},
                      {"*;q=0", false},
                      {"identity", false},
                      {"identity;q=1, *;q=0", false},
                      {"deflate, br", false},
                      {"gzipped", false},
                      {"br;gzip", false},
                      {"gzip;q=", false},
                      {",,;=", false}};
  for (const Row& row : rows) {
    CAPTURE(row.header);
    CHECK(accepts_gzip(row.header) == row.accepted);
  }
}

}  // namespace
}  // namespace envlink::emulator
