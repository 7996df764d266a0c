#pragma once
// Runs made by hand that the tests of the report share.

#include "view/report.h"

namespace envlink::view::sample {

/// The guide's rollout: wave 1 live, the backend's build failed, all after it was left alone; a limit held
/// requests back for five seconds on the way.
Report failed_run();
/// The guide's rollout: interrupted while the backend was built, resumed an hour later, all live in the end.
Report resumed_run();
/// It made a group with two values, of which one was read back, and could not switch automatic deploys of one
/// service on again.
Report held_run();
/// `waves` waves of `width` services; a service waits for all of the wave before. One failed.
Report crowd(std::size_t waves, std::size_t width);
/// Every text of it is out to do harm to a page.
Report hostile_run();
/// What the page must not hold unescaped.
constexpr const char* harm_to_pages =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" autofocus onfocus='alert(3)' --> ]]> "
    "\u2028\u2029\u202e\x1b[2J rnd_0123456789abcdef &lt;";

}  // namespace envlink::view::sample
