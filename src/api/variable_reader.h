#pragma once
// A variable of a reply. Its value is looked at here and goes no further. Private to this room.

#include <string_view>

#include "api/fingerprint.h"
#include "api/reply_reader.h"
#include "model/variable.h"

namespace envlink::api {

/// What a value looks like, said without repeating any of it.
model::Facts facts_of(std::string_view value);

Result<model::Variable> decode_variable(const Node& node, const Fingerprinter* fingerprinter,
                                        const model::DigestValue& digest);

}  // namespace envlink::api
