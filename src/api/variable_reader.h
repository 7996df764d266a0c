#pragma once
// A variable of a reply. Its value is looked at here and goes no further. Private to this room.

#include "api/fingerprint.h"
#include "api/reply_reader.h"
#include "model/variable.h"

namespace envlink::api {

Result<model::Variable> decode_variable(const Node& node, const Fingerprinter* fingerprinter);

}  // namespace envlink::api
