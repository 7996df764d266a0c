#include "cli/dispatch.h"
#include "cli/harden.h"

int main(int argc, char** argv) {
  envlink::cli::harden();
  return envlink::cli::dispatch(argc, argv);
}
