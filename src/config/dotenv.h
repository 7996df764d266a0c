#pragma once
// A .env file: KEY=value lines, `export ` allowed, single and double quotes, comments. Values are secrets.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/place.h"

namespace envlink::config {

/// The last assignment of a key counts. Double quotes know \n, \r, \t, \" and \\; single quotes \' and \\;
/// both may run over lines. Nothing is expanded. A line that is no assignment is passed over.
std::map<std::string, std::string> parse_dotenv(std::string_view text);
/// The line, from 1, of the assignment that counts; 0: there is none.
int dotenv_line(std::string_view text, std::string_view key);

/// An assignment, or what keeps a line from being one that can be relied on.
struct DotenvLine {
  Place place{};  // of the key, or of the fault
  std::string_view key{};
  std::string_view value{};  // as long as the call lasts; overwritten after it
  std::string_view fault{};  // empty: none. Like `cure`, it quotes nothing from the line
  std::string_view cure{};
};

/// Every line of `text`, which must be UTF-8, but blank ones and comments, in its order. Reads values as
/// parse_dotenv does, and passes nothing over: faults are also a key that is no variable name, a quote that
/// is never closed, and text after one that is.
void for_each_dotenv_line(std::string_view text, const std::function<void(const DotenvLine&)>& take);

/// A path as seen from the folder of `file`: where its .env lies.
std::string beside(const std::string& file, const std::string& path);

}  // namespace envlink::config
