#include "stalls.h"
#include "clock.h"
#include "store.h"

#define STALL_MS 5.0
#define STALLS 32

static struct { double at_s, ms; } stalls[STALLS];
static int stall_count;
static double worst_ms;
/* What the asker's clock, ours and the stores said at the last reset; 0 before. */
static struct { double asker_ms, own_s; long memory, disk; } reset;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void *watch_stalls(void *unused) {
  double last = now_s();
  for (;;) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    double now = now_s(), ms = (now - last) * 1000 - 1;
    last = now;
    if (ms < STALL_MS) continue;
    pthread_mutex_lock(&lock);
    stalls[stall_count % STALLS].at_s = now;
    stalls[stall_count++ % STALLS].ms = ms;
    if (ms > worst_ms) worst_ms = ms;
    pthread_mutex_unlock(&lock);
  }
  return unused;
}

void reset_stalls(double asker_ms, double own_s) {
  pthread_mutex_lock(&lock);
  stall_count = 0;
  worst_ms = 0;
  reset.asker_ms = asker_ms, reset.own_s = own_s;
  reset.memory = memory.written, reset.disk = disk.written;
  pthread_mutex_unlock(&lock);
}

void print_stalls(FILE *to, double asker_ms) {
  pthread_mutex_lock(&lock);
  if (reset.asker_ms > 0) {
    double own_ms = (now_s() - reset.own_s) * 1000, outside_ms = asker_ms - reset.asker_ms;
    fprintf(to, "\"lostMs\":%.1f,\"sinceReset\":{\"ownMs\":%.1f,\"outsideMs\":%.1f,\"memoryBytes\":%ld,\"diskBytes\":%ld},",
            outside_ms - own_ms, own_ms, outside_ms, memory.written - reset.memory, disk.written - reset.disk);
  } else {
    fprintf(to, "\"lostMs\":null,\"sinceReset\":null,");
  }
  fprintf(to, "\"worstStallMs\":%.1f,\"stalls\":[", worst_ms);
  int from = stall_count > STALLS ? stall_count - STALLS : 0;
  for (int i = from; i < stall_count; i++) {
    fprintf(to, "%s{\"atS\":%.3f,\"ms\":%.1f}", i == from ? "" : ",", stalls[i % STALLS].at_s, stalls[i % STALLS].ms);
  }
  fprintf(to, "]");
  pthread_mutex_unlock(&lock);
}
