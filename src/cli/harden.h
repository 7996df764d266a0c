#pragma once
// What the process asks of the system before it reads a key: no core dump, no reading of its memory by
// other processes of the user, and no death by a closed pipe or a full file half way through a rollout.

namespace envlink::cli {

void harden();

}  // namespace envlink::cli
