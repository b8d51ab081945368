#include <stdio.h>

/* A thread that sleeps 1 ms at a time and looks how long it really took. */
void *watch_stalls(void *unused);

/* Forgets the stalls seen so far, and remembers the asker's clock and what was written: since then, all counts. */
void reset_stalls(double asker_ms, double own_s);

/* Writes what was seen since the reset as members of a JSON object. */
void print_stalls(FILE *to, double asker_ms);
