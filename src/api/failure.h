#pragma once
// What an outcome means: did the request succeed, and if not, is it worth repeating?

#include "api/message.h"

namespace envlink::api {

enum class Verdict {
  ok,           // 2xx
  not_found,    // 404, 410
  limited,      // 429: certainly not carried out
  transient,    // 408, 425, 5xx, no connection: worth repeating where repeating is safe
  ambiguous,    // went out, no answer: for a write, settle it by reading
  refused,      // any other 4xx, a redirect: repeating changes nothing
  unauthorized  // 401, 403
};
Verdict verdict_of(const Outcome& outcome);

}  // namespace envlink::api
