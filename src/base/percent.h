#pragma once
// Percent-encoding for what is put together into a URL.

#include <string>
#include <string_view>

namespace envlink {

/// `kept`: what stays as it is besides letters, digits and "-._~".
void append_percent_encoded(std::string& out, std::string_view text, std::string_view kept = {});
std::string percent_encode(std::string_view text, std::string_view kept = {});

}  // namespace envlink
