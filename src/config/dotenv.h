#pragma once
// A .env file: KEY=value lines, `export ` allowed, single and double quotes, comments. Values are secrets.

#include <map>
#include <string>
#include <string_view>

namespace envlink::config {

/// The last assignment of a key counts. Double quotes know \n, \r, \t, \" and \\; single quotes \' and \\;
/// both may run over lines. Nothing is expanded. A line that is no assignment is passed over.
std::map<std::string, std::string> parse_dotenv(std::string_view text);
/// The line, from 1, of the assignment that counts; 0: there is none.
int dotenv_line(std::string_view text, std::string_view key);

/// A path as seen from the folder of `file`: where its .env lies.
std::string beside(const std::string& file, const std::string& path);

}  // namespace envlink::config
