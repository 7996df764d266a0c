#pragma once
// How the process ends where nobody is left to decide it: by a signal that no transport listens for, or
// without memory. Each ends with a code of the table and says so, with no more than is safe in a signal's
// handler.

namespace envlink::cli {

/// First of all. SIGINT, SIGTERM and SIGHUP end with 130 from then on, where they are not ignored (nohup);
/// while a transport lives, it hears them instead. Where memory is used up, or an error is caught by nobody,
/// it ends with 1.
void prepare_for_abrupt_ends();

}  // namespace envlink::cli
