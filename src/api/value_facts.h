#pragma once
// What a value looks like, said without repeating any of it.

#include <string_view>

#include "model/variable.h"

namespace envlink::api {

model::Facts facts_of(std::string_view value);

}  // namespace envlink::api
