#include "cli/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>

namespace envlink::cli {

void harden() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // the leak checker looks at the process from outside
  prctl(PR_SET_DUMPABLE, 0);
#endif
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // past `ulimit -f` writing fails, as on a full disk
}

}  // namespace envlink::cli
