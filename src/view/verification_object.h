#pragma once
// A verification as it stands in several documents.

#include <boost/json/object.hpp>
#include <string_view>

#include "plan/verification.h"
#include "view/json_printer.h"

namespace envlink::view {

/// Without `version`.
boost::json::object verification_object(const plan::Verification& verification);

}  // namespace envlink::view
