/*
 * The guest's load, and its witness. It rewrites memory and disk at set rates, verifies what it wrote before it
 * writes again, notes every stall of its own clock, and answers questions on TCP port 7000, one line each, which
 * begins with the asker's clock in milliseconds:
 *
 *   <ms> status | verify | reset | load <memory MB/s, or max> <disk MB/s, or max>
 *
 *   memory   pages of 4 KiB; sparse: 8 bytes of each are written, full: all
 *   disk     blocks of 64 KiB, past the guest's page cache (O_DIRECT)
 *   stalls   gaps that a thread saw in this clock which sleeps 1 ms at a time
 *   lost     how far this clock fell behind the asker's since the last reset: the time the guest stood still
 */
#include "clock.h"
#include "server.h"
#include "stalls.h"
#include "store.h"
#include <stdlib.h>
#include <string.h>

#define MIB (1024L * 1024L)
#define SLICE_NS 10000000L
/* What a writer that never sleeps does between two looks at its rate. */
#define UNPACED_UNITS 64

/* Rewrites a store in bursts, sleeping in between as most servers do; or, at MAX_RATE, without a pause. */
static void *load(void *argument) {
  struct store *s = argument;
  double credit = 0, last = now_s();
  for (;;) {
    if (s->rate == MAX_RATE) {
      rewrite(s, UNPACED_UNITS);
      last = now_s();
      continue;
    }
    nanosleep(&(struct timespec){.tv_nsec = SLICE_NS}, NULL);
    double now = now_s(), slice = now - last;
    last = now;
    /* A guest that was held up does not try to catch up: it is a rate, not a debt. */
    credit += (slice > 0.1 ? 0.1 : slice) * s->rate;
    /* The rate may just have become MAX_RATE. */
    long units = credit > 0 ? credit / s->unit_bytes : 0;
    rewrite(s, units);
    credit -= units * s->unit_bytes;
  }
  return NULL;
}

static const char *setting(const char *name) {
  const char *text = getenv(name);
  return text ? text : "";
}

static void start(void *(*body)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, argument)) perror("workload: thread"), exit(1);
}

int main(void) {
  memory.units = atol(setting("MEMORY_MIB")) * MIB / PAGE;
  memory.rate = rate_of(setting("MEMORY_RATE"));
  memory.full = strcmp(setting("PATTERN"), "full") == 0;
  memory.hot_cold = strcmp(setting("ACCESS"), "hot-cold") == 0;
  if (memory.units > 0) {
    open_memory();
    start(load, &memory);
  }
  disk.units = atol(setting("DISK_MIB")) * MIB / BLOCK;
  disk.rate = rate_of(setting("DISK_RATE"));
  if (disk.units > 0) {
    open_disk();
    start(load, &disk);
  }
  start(watch_stalls, NULL);
  serve();
}
