#pragma once
// Reads a variable from a reply. Its value is inspected here and passed no further. Private to this folder.

#include <string_view>

#include "api/fingerprint.h"
#include "api/reply_reader.h"
#include "model/variable.h"

namespace envlink::api {

/// Facts about a value that repeat nothing of it.
model::Facts facts_of(std::string_view value);

Result<model::Variable> decode_variable(const Node& node, const Fingerprinter* fingerprinter,
                                        const model::DigestValue& digest);

}  // namespace envlink::api
