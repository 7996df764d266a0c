#pragma once
// Made-up identifiers in Render's form: a prefix and twenty characters 0-9a-z.

#include <cstdint>
#include <string>
#include <string_view>

namespace envlink::emulator {

std::string make_id(std::string_view prefix, std::uint64_t number);
/// The same name gives the same id in every run.
std::string id_from_name(std::string_view prefix, std::string_view name);
/// Lower-case hexadecimal digits, 40 at most: a commit, or part of a digest.
std::string make_hex(std::uint64_t number, std::size_t length);
/// A well mixed number: neighbours have nothing in common.
std::uint64_t mix(std::uint64_t number);

}  // namespace envlink::emulator
