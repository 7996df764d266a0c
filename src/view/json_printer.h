#pragma once
// JSON for people and programs alike: indented by two, keys in the order in which they were put in.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace envlink::view {

/// Ends with a newline. Characters that could steer a terminal are escaped, so nothing is lost.
std::string pretty(const boost::json::value& value);
/// The same on one line.
std::string one_line(const boost::json::value& value);
/// Text of any origin as a JSON string: valid UTF-8, no API key.
boost::json::string json_text(std::string_view text);
/// The same; null where there is none.
boost::json::value optional_text(std::string_view text);
/// {"id": …, "name": …}
boost::json::object named(std::string_view id, std::string_view name);

}  // namespace envlink::view
