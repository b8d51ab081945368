/*
 * The guest's load, and its witness. It rewrites memory and disk at set rates, verifies what it wrote before it
 * writes again, notes every stall of its own clock, and answers questions on TCP port 7000, one line each, which
 * begins with the asker's clock in milliseconds:
 *
 *   <ms> status | verify | reset | load <memory MB/s> <disk MB/s>
 *
 *   memory   page p holds a pattern made of (p, how often p was written); sparse: 8 bytes of it, full: all of it
 *   disk     the same, in blocks of 64 KiB, past the guest's page cache (O_DIRECT)
 *   stalls   a thread that sleeps 1 ms at a time and looks how long it really took
 *   lost     how far this clock fell behind the asker's since the last reset: the time the guest stood still
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define BLOCK 65536
#define MIB (1024L * 1024L)
#define SLICE_NS 10000000L
#define STALL_MS 5.0
#define STALLS 32

/* One thing that is rewritten and verified: memory or disk. */
struct store {
  const char *name;
  long units, unit_bytes;
  int full;                 /* whole units, or 8 bytes of each */
  uint32_t *generation;     /* how often each unit was written */
  uint64_t *buffer;         /* disk only: one aligned block */
  uint8_t *memory;          /* memory only */
  int fd;                   /* disk only */
  atomic_long rate;         /* bytes per second, counted in whole units */
  atomic_long written, verified, errors, passes;
  pthread_mutex_t lock;
};

static struct store memory = {.name = "memory", .unit_bytes = PAGE, .fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER};
static struct store disk = {.name = "disk", .unit_bytes = BLOCK, .full = 1, .fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

static struct { double at_s, ms; } stalls[STALLS];
static atomic_int stall_count;
static double worst_ms;
/* The asker's clock and ours at the last reset; 0 before. */
static double reset_asker_ms, reset_own_s;
static pthread_mutex_t stall_lock = PTHREAD_MUTEX_INITIALIZER;

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t seed_of(long unit, uint32_t generation) {
  uint64_t x = (uint64_t)unit * 0x9e3779b97f4a7c15u ^ (uint64_t)generation * 0xbf58476d1ce4e5b9u;
  x ^= x >> 31;
  return x * 0x94d049bb133111ebu | 1;
}

static long words_of(const struct store *s) { return s->full ? s->unit_bytes / 8 : 1; }

static void fill(uint64_t *at, long words, uint64_t x) {
  for (long i = 0; i < words; i++) {
    at[i] = x;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  }
}

static int holds(const uint64_t *at, long words, uint64_t x) {
  for (long i = 0; i < words; i++) {
    if (at[i] != x) return 0;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  }
  return 1;
}

/* Where a unit's bytes are: in memory itself, or read from disk. NULL if they cannot be read. */
static uint64_t *load_unit(struct store *s, long unit) {
  if (s->fd < 0) return (uint64_t *)(s->memory + unit * s->unit_bytes);
  if (pread(s->fd, s->buffer, s->unit_bytes, unit * s->unit_bytes) != s->unit_bytes) return NULL;
  return s->buffer;
}

static void verify_unit(struct store *s, long unit) {
  if (s->generation[unit] == 0) return;
  uint64_t *at = load_unit(s, unit);
  if (!at || !holds(at, words_of(s), seed_of(unit, s->generation[unit]))) s->errors++;
  s->verified++;
}

static void write_unit(struct store *s, long unit) {
  uint64_t *at = s->fd < 0 ? (uint64_t *)(s->memory + unit * s->unit_bytes) : s->buffer;
  fill(at, words_of(s), seed_of(unit, ++s->generation[unit]));
  if (s->fd >= 0 && pwrite(s->fd, at, s->unit_bytes, unit * s->unit_bytes) != s->unit_bytes) s->errors++;
  s->written += s->unit_bytes;
}

/* Rewrites the store round and round, in bursts, sleeping in between as most servers do. */
static void *rewrite(void *argument) {
  struct store *s = argument;
  long unit = 0;
  double credit = 0, last = now_s();
  for (;;) {
    nanosleep(&(struct timespec){.tv_nsec = SLICE_NS}, NULL);
    double now = now_s(), slice = now - last;
    last = now;
    /* A guest that was held up does not try to catch up: it is a rate, not a debt. */
    credit += (slice > 0.1 ? 0.1 : slice) * s->rate;
    pthread_mutex_lock(&s->lock);
    for (; credit >= s->unit_bytes; credit -= s->unit_bytes) {
      verify_unit(s, unit);
      write_unit(s, unit);
      if (++unit == s->units) unit = 0, s->passes++;
    }
    pthread_mutex_unlock(&s->lock);
  }
  return NULL;
}

static void verify_all(struct store *s) {
  for (long unit = 0; unit < s->units; unit++) {
    pthread_mutex_lock(&s->lock);
    verify_unit(s, unit);
    pthread_mutex_unlock(&s->lock);
  }
}

static void *watch_stalls(void *unused) {
  (void)unused;
  double last = now_s();
  for (;;) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    double now = now_s(), ms = (now - last) * 1000 - 1;
    last = now;
    if (ms < STALL_MS) continue;
    pthread_mutex_lock(&stall_lock);
    stalls[stall_count % STALLS].at_s = now;
    stalls[stall_count++ % STALLS].ms = ms;
    if (ms > worst_ms) worst_ms = ms;
    pthread_mutex_unlock(&stall_lock);
  }
  return unused;
}

static void print_store(FILE *to, struct store *s) {
  fprintf(to, "\"%s\":{\"bytes\":%ld,\"rateBytesPerS\":%ld,\"bytesWritten\":%ld,\"passes\":%ld,\"unitsVerified\":%ld,\"errors\":%ld},",
          s->name, s->units * s->unit_bytes, s->rate, s->written, s->passes, s->verified, s->errors);
}

static void print_status(FILE *to, double asker_ms) {
  struct timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  fprintf(to, "{\"uptimeS\":%.3f,\"clockMs\":%.0f,", now_s(), wall.tv_sec * 1e3 + wall.tv_nsec / 1e6);
  print_store(to, &memory);
  print_store(to, &disk);
  pthread_mutex_lock(&stall_lock);
  if (reset_asker_ms > 0) fprintf(to, "\"lostMs\":%.1f,", asker_ms - reset_asker_ms - (now_s() - reset_own_s) * 1000);
  else fprintf(to, "\"lostMs\":null,");
  fprintf(to, "\"worstStallMs\":%.1f,\"stalls\":[", worst_ms);
  int from = stall_count > STALLS ? stall_count - STALLS : 0;
  for (int i = from; i < stall_count; i++) {
    fprintf(to, "%s{\"atS\":%.3f,\"ms\":%.1f}", i == from ? "" : ",", stalls[i % STALLS].at_s, stalls[i % STALLS].ms);
  }
  pthread_mutex_unlock(&stall_lock);
  fprintf(to, "]}\n");
}

static void answer(FILE *to, char *question) {
  long memory_rate, disk_rate;
  double arrived_s = now_s(), asker_ms = strtod(question, &question);
  while (*question == ' ') question++;
  if (strncmp(question, "verify", 6) == 0) {
    verify_all(&memory);
    verify_all(&disk);
  } else if (strncmp(question, "reset", 5) == 0) {
    pthread_mutex_lock(&stall_lock);
    stall_count = 0;
    worst_ms = 0;
    reset_asker_ms = asker_ms;
    reset_own_s = arrived_s;
    pthread_mutex_unlock(&stall_lock);
  } else if (sscanf(question, "load %ld %ld", &memory_rate, &disk_rate) == 2) {
    memory.rate = memory_rate * 1000000;
    disk.rate = disk_rate * 1000000;
  } else if (strncmp(question, "status", 6) != 0) {
    fprintf(to, "{\"error\":\"unknown question\"}\n");
    return;
  }
  /* The asker's clock as it is by now. */
  print_status(to, asker_ms + (now_s() - arrived_s) * 1000);
}

static void serve(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(7000)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&any, sizeof any) || listen(listener, 16)) perror("workload: port 7000"), exit(1);
  printf("workload: ready\n");
  fflush(stdout);
  for (;;) {
    int peer = accept(listener, NULL, NULL);
    if (peer < 0) continue;
    /* A peer that vanished in a blackout must not hold the only server for long. */
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 2}, sizeof(struct timeval));
    char question[128];
    ssize_t length = read(peer, question, sizeof question - 1);
    FILE *stream = fdopen(peer, "w");
    if (length > 0 && stream) {
      question[length] = 0;
      answer(stream, question);
    }
    if (stream) fclose(stream);
  }
}

static long setting(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static void start(void *(*body)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, argument)) perror("workload: thread"), exit(1);
}

int main(void) {
  memory.units = setting("MEMORY_MIB") * MIB / PAGE;
  memory.rate = setting("MEMORY_RATE") * 1000000;
  memory.full = getenv("PATTERN") && strcmp(getenv("PATTERN"), "full") == 0;
  if (memory.units > 0) {
    memory.memory = mmap(NULL, memory.units * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory.memory == MAP_FAILED) perror("workload: memory"), exit(1);
    memory.generation = calloc(memory.units, sizeof *memory.generation);
    start(rewrite, &memory);
  }
  disk.units = setting("DISK_MIB") * MIB / BLOCK;
  disk.rate = setting("DISK_RATE") * 1000000;
  if (disk.units > 0) {
    disk.fd = open("/dev/vda", O_RDWR | O_DIRECT);
    if (disk.fd < 0 || posix_memalign((void **)&disk.buffer, PAGE, BLOCK)) perror("workload: /dev/vda"), exit(1);
    disk.generation = calloc(disk.units, sizeof *disk.generation);
    start(rewrite, &disk);
  }
  start(watch_stalls, NULL);
  serve();
}
