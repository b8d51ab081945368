#include "server.h"
#include "clock.h"
#include "stalls.h"
#include "store.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

long rate_of(const char *text) { return strcmp(text, "max") == 0 ? MAX_RATE : atol(text) * 1000000; }

static void print_store(FILE *to, struct store *s) {
  char rate[32] = "null";
  if (s->rate != MAX_RATE) snprintf(rate, sizeof rate, "%ld", s->rate);
  fprintf(to, "\"%s\":{\"bytes\":%ld,\"rateBytesPerS\":%s,\"bytesWritten\":%ld,\"passes\":%ld,\"unitsVerified\":%ld,\"errors\":%ld},",
          s->name, s->units * s->unit_bytes, rate, s->written, s->passes, s->verified, s->errors);
}

static void print_status(FILE *to, double asker_ms) {
  struct timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  fprintf(to, "{\"uptimeS\":%.3f,\"clockMs\":%.0f,", now_s(), wall.tv_sec * 1e3 + wall.tv_nsec / 1e6);
  print_store(to, &memory);
  print_store(to, &disk);
  print_stalls(to, asker_ms);
  fprintf(to, "}\n");
}

static void answer(FILE *to, char *question) {
  char memory_rate[16], disk_rate[16];
  double arrived_s = now_s(), asker_ms = strtod(question, &question);
  while (*question == ' ') question++;
  if (strncmp(question, "verify", 6) == 0) {
    verify_all(&memory);
    verify_all(&disk);
  } else if (strncmp(question, "reset", 5) == 0) {
    reset_stalls(asker_ms, arrived_s);
  } else if (sscanf(question, "load %15s %15s", memory_rate, disk_rate) == 2) {
    memory.rate = rate_of(memory_rate);
    disk.rate = rate_of(disk_rate);
  } else if (strncmp(question, "status", 6) != 0) {
    fprintf(to, "{\"error\":\"unknown question\"}\n");
    return;
  }
  /* The asker's clock as it is by now. */
  print_status(to, asker_ms + (now_s() - arrived_s) * 1000);
}

void serve(void) {
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
