#pragma once
// What `store check` and `doctor` tell about a team's store.

#include <vector>

#include "postgres/address.h"
#include "view/doctor_result.h"

namespace envlink::cli {

/// Those of postgres/facts.h, and whether this machine has the team's key. If the store cannot be reached,
/// there is only "connection".
std::vector<view::Check> store_checks(const postgres::Address& address);

}  // namespace envlink::cli
