#include <time.h>

/* The guest's own clock. Under TCG it stands still while the guest is paused. */
static inline double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
