#include <pthread.h>

/* A lock that is given in the order in which it was asked for: a writer that never sleeps would keep any other. */
struct turns {
  pthread_mutex_t mutex;
  pthread_cond_t next;
  unsigned asked, given;
};

#define TURNS {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0}

static inline void take_turn(struct turns *t) {
  pthread_mutex_lock(&t->mutex);
  unsigned mine = t->asked++;
  while (mine != t->given) pthread_cond_wait(&t->next, &t->mutex);
  pthread_mutex_unlock(&t->mutex);
}

static inline void give_turn(struct turns *t) {
  pthread_mutex_lock(&t->mutex);
  t->given++;
  pthread_cond_broadcast(&t->next);
  pthread_mutex_unlock(&t->mutex);
}
