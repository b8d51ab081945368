#include <stdatomic.h>
#include <stdint.h>
#include "turns.h"

#define PAGE 4096
#define BLOCK 65536
/* As a rate: never sleeps. */
#define MAX_RATE (-1L)

/* One thing that is rewritten and verified: memory or disk. */
struct store {
  const char *name;
  long units, unit_bytes;
  int full;                 /* whole units, or 8 bytes of each */
  int hot_cold;             /* of ten writes nine go to every tenth unit; else all are swept round and round */
  uint32_t *generation;     /* how often each unit was written */
  uint64_t *buffer;         /* disk only: one aligned block */
  uint8_t *memory;          /* memory only */
  int fd;                   /* disk only */
  atomic_long rate;         /* bytes per second, counted in whole units; or MAX_RATE */
  atomic_long written, verified, errors, passes;
  long writes, hot, cold;   /* how many so far; the next unit of each kind */
  struct turns turns;
};

extern struct store memory, disk;

/* Each ends the program if there is nothing to write to. */
void open_memory(void);
void open_disk(void);

/* Writes so many units, each after it has verified what it finds there. */
void rewrite(struct store *s, long units);

/* Verifies every unit. */
void verify_all(struct store *s);
