#pragma once
// A .env file: KEY=value lines, `export ` allowed, single and double quotes, comments. Values are secrets.

#include <map>
#include <string>
#include <string_view>

namespace envlink::config {

std::map<std::string, std::string> parse_dotenv(std::string_view text);

}  // namespace envlink::config
