#include "view/tones.h"

namespace envlink::view {

Tone tone_of(plan::Freshness freshness) {
  switch (freshness) {
    case plan::Freshness::live:
      return Tone::good;
    case plan::Freshness::stale:
    case plan::Freshness::staged:
      return Tone::caution;
    case plan::Freshness::deploying:
      return Tone::busy;
    case plan::Freshness::unknown:
      return Tone::quiet;
  }
  return Tone::quiet;
}

}  // namespace envlink::view
