#pragma once
// Invented identifiers in Render's format: a prefix and twenty characters 0-9a-z.

#include <cstdint>
#include <string>
#include <string_view>

namespace envlink::emulator {

std::string make_id(std::string_view prefix, std::uint64_t number);
/// The same name gives the same id in every run.
std::string id_from_name(std::string_view prefix, std::string_view name);
/// At most 40 lower-case hexadecimal digits: a commit, or part of a digest.
std::string make_hex(std::uint64_t number, std::size_t length);
/// A well mixed number: close inputs give unrelated results.
std::uint64_t mix(std::uint64_t number);

}  // namespace envlink::emulator
