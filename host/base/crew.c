#include "base/crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define STACK ((size_t)2 << 20)

typedef struct {
  zc_crew *crew;
  int worker;
  pthread_t thread;
} member;

struct zc_crew {
  pthread_mutex_t lock;
  pthread_cond_t begun, done;
  int living; /* threads that have come to their first wait */
  zc_crew_task task;
  void *context;
  size_t parts, next, left; /* left: not done yet */
  bool ending;
  int size; /* with the caller */
  member members[ZC_CREW_MOST];
};

/* Takes parts until there is none; the lock is held at the beginning and at the end. */
static void work(zc_crew *crew, int worker)
{
  while (crew->next < crew->parts) {
    size_t part = crew->next++;
    pthread_mutex_unlock(&crew->lock);
    crew->task(crew->context, part, worker);
    pthread_mutex_lock(&crew->lock);
    if (--crew->left == 0)
      pthread_cond_broadcast(&crew->done);
  }
}

static void *live(void *context)
{
  member *own = context;
  zc_crew *crew = own->crew;
  pthread_mutex_lock(&crew->lock);
  crew->living++;
  pthread_cond_broadcast(&crew->done);
  while (!crew->ending) {
    work(crew, own->worker);
    if (!crew->ending)
      pthread_cond_wait(&crew->begun, &crew->lock);
  }
  pthread_mutex_unlock(&crew->lock);
  return NULL;
}

/* Starts a thread whose stack does not depend on what the shell allows. */
static bool start(member *one)
{
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return false;
  bool good = pthread_attr_setstacksize(&attributes, STACK) == 0 &&
              pthread_create(&one->thread, &attributes, live, one) == 0;
  pthread_attr_destroy(&attributes);
  return good;
}

zc_code zc_crew_new(int size, zc_crew **result, zc_err *err)
{
  *result = NULL;
  zc_crew *crew = calloc(1, sizeof *crew);
  if (crew == NULL)
    return zc_fail_memory(err);
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->begun, NULL);
  pthread_cond_init(&crew->done, NULL);
  crew->size = 1;
  if (size > ZC_CREW_MOST)
    size = ZC_CREW_MOST;
  for (; crew->size < size; crew->size++) {
    member *one = &crew->members[crew->size];
    *one = (member){.crew = crew, .worker = crew->size};
    if (!start(one))
      break; /* fewer work */
  }
  pthread_mutex_lock(&crew->lock);
  while (crew->living < crew->size - 1)
    pthread_cond_wait(&crew->done, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
  *result = crew;
  return ZC_OK;
}

void zc_crew_free(zc_crew *crew)
{
  if (crew == NULL)
    return;
  pthread_mutex_lock(&crew->lock);
  crew->ending = true;
  pthread_cond_broadcast(&crew->begun);
  pthread_mutex_unlock(&crew->lock);
  for (int i = 1; i < crew->size; i++)
    pthread_join(crew->members[i].thread, NULL);
  pthread_cond_destroy(&crew->begun);
  pthread_cond_destroy(&crew->done);
  pthread_mutex_destroy(&crew->lock);
  free(crew);
}

int zc_crew_size(const zc_crew *crew)
{
  return crew == NULL ? 1 : crew->size;
}

void zc_crew_run(zc_crew *crew, size_t parts, zc_crew_task task, void *context)
{
  if (crew == NULL || crew->size == 1 || parts < 2) {
    for (size_t part = 0; part < parts; part++)
      task(context, part, 0);
    return;
  }
  pthread_mutex_lock(&crew->lock);
  crew->task = task;
  crew->context = context;
  crew->next = 0;
  crew->parts = crew->left = parts;
  pthread_cond_broadcast(&crew->begun);
  work(crew, 0);
  while (crew->left > 0)
    pthread_cond_wait(&crew->done, &crew->lock);
  crew->parts = 0;
  pthread_mutex_unlock(&crew->lock);
}
