#pragma once
// Values from the sources that envlink.yaml names.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "source/named.h"

namespace envlink::source {

/// The values of one group in the order of its entries, each key once and with a value. Paths are relative to
/// the folder of `file`, in which commands run. An error starts with the place of the entry in `file`; if one
/// source fails, there are no values.
Result<std::vector<Named>> from_entries(const std::vector<model::ValuesEntry>& entries,
                                        const std::string& file);

}  // namespace envlink::source
