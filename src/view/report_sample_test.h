#pragma once
// Sample runs for the report's tests.

#include "view/report.h"

namespace envlink::view::sample {

/// The guide's rollout: wave 1 live, the backend's build failed, later services not started; a rate limit
/// caused a wait of five seconds.
Report failed_run();
/// The guide's rollout: interrupted during the backend's build, resumed an hour later, all live in the end.
Report resumed_run();
/// A run that created a group with two values, of which one was read back, and could not switch one
/// service's automatic deploys on again.
Report held_run();
/// `waves` waves of `width` services; each service waits for the whole wave before. One failed.
Report crowd(std::size_t waves, std::size_t width);
/// All its texts try to attack the page.
Report hostile_run();
/// Must not appear unescaped in the page.
constexpr const char* harm_to_pages =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" autofocus onfocus='alert(3)' --> ]]> "
    "\u2028\u2029\u202e\x1b[2J rnd_0123456789abcdef &lt;";

}  // namespace envlink::view::sample
