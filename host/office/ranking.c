#include "office/ranking.h"

#include <stdlib.h>

__extension__ typedef __int128 wide;

typedef struct {
  zc_share share;
  size_t at;
} placed;

bool zc_share_counts(zc_share share)
{
  return share.whole >= ZC_RANK_CASES && share.part >= 0 && share.part <= share.whole;
}

static int compare(zc_share a, zc_share b)
{
  wide left = (wide)a.part * b.whole, right = (wide)b.part * a.whole;
  return (left > right) - (left < right);
}

/* The smallest share first. */
static int by_share(const void *a, const void *b)
{
  return compare(((const placed *)a)->share, ((const placed *)b)->share);
}

int64_t zc_rank(const zc_share *shares, size_t count, bool low, int64_t *ranks)
{
  size_t known = 0;
  placed *list = calloc(count + 1, sizeof *list);
  if (list == NULL)
    return -1;
  for (size_t i = 0; i < count; i++) {
    ranks[i] = 0;
    if (zc_share_counts(shares[i]))
      list[known++] = (placed){shares[i], i};
  }
  if (known > 0)
    qsort(list, known, sizeof *list, by_share);
  for (size_t i = 0; known >= ZC_RANK_OTHERS && i < known; i++) {
    const placed *own = &list[low ? i : known - 1 - i];
    const placed *better = i == 0 ? NULL : &list[low ? i - 1 : known - i];
    bool same = better != NULL && compare(own->share, better->share) == 0;
    ranks[own->at] = same ? ranks[better->at] : (int64_t)i + 1;
  }
  free(list);
  return (int64_t)known;
}
