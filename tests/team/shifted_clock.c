/* Preloaded into a program, this shifts its wall clock (not the monotonic one) by the nanoseconds, an
   int64_t, at the beginning of the file SHIFTED_CLOCK. The file may change at any time: the clock steps. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t* offset;
static int (*real_clock)(clockid_t, struct timespec*);

__attribute__((constructor)) static void begin(void) {
  *(void**)&real_clock = dlsym(RTLD_NEXT, "clock_gettime");
  const char* path = getenv("SHIFTED_CLOCK");
  const int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  void* map = file < 0 ? MAP_FAILED : mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (map == MAP_FAILED || !real_clock) {
    abort(); /* an unshifted clock would let the test pass for the wrong reason */
  }
  close(file);
  offset = map;
}

int clock_gettime(clockid_t clock, struct timespec* at) {
  if (!real_clock) {
    begin();
  }
  const int result = real_clock(clock, at);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    const int64_t whole = at->tv_nsec + *offset % 1000000000;
    at->tv_sec += *offset / 1000000000 + (whole < 0 ? -1 : whole / 1000000000);
    at->tv_nsec = whole < 0 ? whole + 1000000000 : whole % 1000000000;
  }
  return result;
}

int gettimeofday(struct timeval* restrict at, void* restrict zone) {
  (void)zone;
  struct timespec now;
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) {
    *at = now.tv_sec;
  }
  return now.tv_sec;
}
