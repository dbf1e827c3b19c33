/* spin: how many cores are free. Two threads count for half a second; printed is the CPU time
 * that they got for each second that passed, 2.00 on a machine that does nothing else. */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static double seconds(clockid_t clock)
{
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *spin(void *end)
{
  while (seconds(CLOCK_MONOTONIC) < *(const double *)end)
    ;
  return NULL;
}

int main(void)
{
  pthread_t other;
  double start = seconds(CLOCK_MONOTONIC), end = start + 0.5;
  double before = seconds(CLOCK_PROCESS_CPUTIME_ID);
  if (pthread_create(&other, NULL, spin, &end) != 0)
    return 70;
  spin(&end);
  pthread_join(other, NULL);
  double wall = seconds(CLOCK_MONOTONIC) - start;
  printf("%.2f\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - before) / wall);
  return 0;
}
