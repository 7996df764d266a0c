#pragma once
// Parts of documents that several of them hold.

#include <boost/json/object.hpp>
#include <string_view>

#include "plan/verification.h"
#include "view/json_printer.h"

namespace envlink::view {

inline boost::json::object named(std::string_view id, std::string_view name) {
  return {{"id", json_text(id)}, {"name", json_text(name)}};
}

inline boost::json::value text_or_null(std::string_view text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(json_text(text));
}

/// Without `version`.
boost::json::object verification_object(const plan::Verification& verification);

}  // namespace envlink::view
