#pragma once
// A .env file: KEY=value lines, `export ` allowed, single and double quotes, comments. Values are secrets.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/place.h"

namespace envlink::config {

/// The last assignment of a key counts. Double quotes allow \n, \r, \t, \" and \\; single quotes \' and \\;
/// both may span lines. Nothing is expanded. Lines that are not assignments are ignored.
std::map<std::string, std::string> parse_dotenv(std::string_view text);
/// The line, from 1, of the assignment that counts; 0: none.
int dotenv_line(std::string_view text, std::string_view key);

/// An assignment, or what is wrong with a line.
struct DotenvLine {
  Place place{};  // of the key, or of the fault
  std::string_view key{};
  std::string_view value{};  // valid during the call; overwritten after it
  std::string_view fault{};  // empty: none. Like `cure`, it quotes nothing from the line
  std::string_view cure{};
};

/// Every line of `text` (UTF-8) in order, except blank lines and comments. Reads values as parse_dotenv does,
/// but reports every fault: also an invalid key, a quote that is never closed, and text after a closing
/// quote.
void for_each_dotenv_line(std::string_view text, const std::function<void(const DotenvLine&)>& take);

/// A path relative to the folder of `file`, which is where its .env is.
std::string beside(const std::string& file, const std::string& path);

}  // namespace envlink::config
