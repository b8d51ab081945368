/* What the guest wrote is a pattern made of (unit, how often it was written); sparse: 8 bytes of it, full: all of it. */
#define _GNU_SOURCE
#include "store.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Who writes and who verifies take turns of so many units. */
#define TURN_UNITS 64
/* One unit in ten is hot: 0, 10, 20, … */
#define TENTH 10

struct store memory = {.name = "memory", .unit_bytes = PAGE, .fd = -1, .turns = TURNS};
struct store disk = {.name = "disk", .unit_bytes = BLOCK, .full = 1, .fd = -1, .turns = TURNS};

static void must(int done, const char *what) {
  if (!done) perror(what), exit(1);
}

static void open_store(struct store *s) {
  s->generation = calloc(s->units, sizeof *s->generation);
  must(s->generation != NULL, "workload: generations");
  s->cold = s->hot_cold ? 1 : 0;
}

void open_memory(void) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
  memory.memory = mmap(NULL, memory.units * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
  must(memory.memory != MAP_FAILED, "workload: memory");
  open_store(&memory);
}

void open_disk(void) {
  disk.fd = open("/dev/vda", O_RDWR | O_DIRECT);
  must(disk.fd >= 0 && posix_memalign((void **)&disk.buffer, PAGE, BLOCK) == 0, "workload: /dev/vda");
  open_store(&disk);
}

static uint64_t seed_of(long unit, uint32_t generation) {
  uint64_t x = (uint64_t)unit * 0x9e3779b97f4a7c15u ^ (uint64_t)generation * 0xbf58476d1ce4e5b9u;
  x ^= x >> 31;
  return x * 0x94d049bb133111ebu | 1;
}

static long words_of(const struct store *s) { return s->full ? s->unit_bytes / 8 : 1; }

/* Random enough that nothing compresses it (xorshift64, by Marsaglia); under TCG faster than with a multiplication. */
static uint64_t next_word(uint64_t x) {
  x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  return x;
}

static void fill(uint64_t *at, long words, uint64_t x) {
  for (long i = 0; i < words; i++) {
    at[i] = x;
    x = next_word(x);
  }
}

static int holds(const uint64_t *at, long words, uint64_t x) {
  for (long i = 0; i < words; i++) {
    if (at[i] != x) return 0;
    x = next_word(x);
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

/* The unit to write now. A pass has ended when every unit was written: of hot and cold, when all cold ones were. */
static long next_unit(struct store *s) {
  if (s->hot_cold && s->writes++ % TENTH != 0) {
    long unit = s->hot;
    if ((s->hot += TENTH) >= s->units) s->hot = 0;
    return unit;
  }
  long unit = s->cold++;
  if (s->hot_cold && s->cold % TENTH == 0) s->cold++;
  if (s->cold >= s->units) s->cold = s->hot_cold ? 1 : 0, s->passes++;
  return unit;
}

void rewrite(struct store *s, long units) {
  while (units > 0) {
    take_turn(&s->turns);
    for (int i = 0; i < TURN_UNITS && units > 0; i++, units--) {
      long unit = next_unit(s);
      verify_unit(s, unit);
      write_unit(s, unit);
    }
    give_turn(&s->turns);
  }
}

void verify_all(struct store *s) {
  for (long unit = 0; unit < s->units;) {
    take_turn(&s->turns);
    for (int i = 0; i < TURN_UNITS && unit < s->units; i++) verify_unit(s, unit++);
    give_turn(&s->turns);
  }
}
