#include "api/authorization.h"

namespace envlink::api {

std::string Authorization::header(const Secret& key) {
  return "Bearer " + key.value_;
}

}  // namespace envlink::api
