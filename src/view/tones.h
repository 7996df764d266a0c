#pragma once
// What tone a word of the domain has.

#include "plan/status.h"
#include "view/colour.h"

namespace envlink::view {

Tone tone_of(plan::Freshness freshness);

}  // namespace envlink::view
