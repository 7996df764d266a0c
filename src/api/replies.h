#pragma once
// Replies as domain values. Tolerant where Render is known to differ from its document: both list shapes,
// null or absent fields, unknown words. Strict where a guess could mislead: an id must be there.

#include <string>
#include <vector>

#include "api/message.h"
#include "base/error.h"
#include "model/workspace.h"

namespace envlink::api {

template <class T>
struct Page {
  std::vector<T> items;
  std::string cursor;      // of the last item; empty when the list carried none
  std::size_t length = 0;  // elements in the reply, before anything was left out
};

Result<Page<model::Owner>> parse_owners(const Response& response);
Result<Page<model::Service>> parse_services(const Response& response);
Result<Page<model::Group>> parse_groups(const Response& response);  // without keys
Result<model::Group> parse_group(const Response& response);         // with keys; values are dropped here
Result<Page<model::Deploy>> parse_deploys(const Response& response);
Result<model::Deploy> parse_deploy(const Response& response);
Result<Page<std::string>> parse_variable_keys(const Response& response);  // values are dropped here

}  // namespace envlink::api
