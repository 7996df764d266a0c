#pragma once
// Ends the process on a signal without a transport, and when memory runs out or an exception is not caught.
// Prints a message and uses the documented exit code. Signal handlers do only what is safe in them.

namespace envlink::cli {

/// Must be called first. From then on SIGINT, SIGTERM and SIGHUP end the process with 130, unless they are
/// ignored (nohup) or a transport exists, which then handles them. Running out of memory and uncaught
/// exceptions end it with 1.
void prepare_for_abrupt_ends();

}  // namespace envlink::cli
