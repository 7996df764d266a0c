#include "emulator/ids.h"

#include <algorithm>

namespace envlink::emulator {
namespace {

template <std::uint64_t base>
std::string digits(std::string_view prefix, std::uint64_t number, std::size_t length) {
  constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string out(prefix.size() + length, '\0');
  char* next = std::copy(prefix.begin(), prefix.end(), out.data());
  std::uint64_t pool = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % 10 == 0) pool = mix(number + i);
    *next++ = alphabet[pool % base];
    pool /= base;
  }
  return out;
}

}  // namespace

// The finalizer of SplitMix64.
std::uint64_t mix(std::uint64_t number) {
  number += 0x9E3779B97F4A7C15U;
  number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
  number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
  return number ^ (number >> 31U);
}

std::string make_id(std::string_view prefix, std::uint64_t number) {
  return digits<36>(prefix, mix(number), 20);
}

std::string id_from_name(std::string_view prefix, std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return make_id(prefix, hash);
}

std::string make_hex(std::uint64_t number, std::size_t length) {
  return digits<16>("", mix(number), length);
}

}  // namespace envlink::emulator
