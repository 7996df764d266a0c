#include <boost/json/parse.hpp>

#include "view/json_parts.h"
#include "view/verification_object.h"

namespace envlink::view {

boost::json::object verification_object(const plan::Verification& verification) {
  const auto text = json::to_text([&](json::Writer& out) { write_verification(out, verification); });
  return boost::json::parse(text).as_object();
}

}  // namespace envlink::view
