#pragma once
// JSON for people and programs alike: indented by two, keys in the order in which they were put in.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace envlink::view {

/// Ends with a newline. Characters that could steer a terminal are escaped, so nothing is lost.
std::string pretty(const boost::json::value& value);
/// The same on one line.
std::string one_line(const boost::json::value& value);
/// Text of any origin as a JSON string: valid UTF-8, no API key.
boost::json::string json_text(std::string_view text);
/// The same; null where there is none.
boost::json::value optional_text(std::string_view text);
boost::json::array json_texts(std::span<const std::string> texts);
/// {"id": …, "name": …}
boost::json::object named(std::string_view id, std::string_view name);
/// To the millisecond.
double json_seconds(Duration span);

}  // namespace envlink::view
