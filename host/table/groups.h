/* groups.h: the rows of the population, by the keys of `group`. */
#ifndef ZC_TABLE_GROUPS_H
#define ZC_TABLE_GROUPS_H

#include "table/aggregate.h"

struct zc_groups {
  zc_index keys;
  uint32_t *row, *group; /* one pair a member, in file order */
  uint32_t *start;       /* after sorting: where each group's members begin */
  size_t count;          /* of members */
  size_t total;          /* of groups; a rule without `group` has one */
};

/* Collects the population; rows with a blank key are unjudged. Each group's rows stand
 * together then, in file order, and the groups in the order of their first rows. Sets
 * run->memory when there is none left. */
void zc_groups_collect(zc_run *run, zc_groups *groups);
void zc_groups_free(zc_groups *groups);

/* The rows of a group, and how many they are. */
const uint32_t *zc_groups_rows(const zc_groups *groups, size_t group, size_t *count);

/* Whether a condition can only turn between what is known and the far end of what is not, so
 * that both ends decide it: in comparisons of sums and the like, not where it is asked for
 * one value, or computed by a function. `lost` is by slot. */
bool zc_ends_decide(const zc_node *node, const zc_loss *lost);

/* Whether `having` holds for these rows. Known members may already make it so, whatever
 * the unknown ones are; otherwise those leave it open: *open. The first row is entered. */
zc_truth zc_groups_having(zc_run *run, const uint32_t *rows, size_t count, bool *open);

#endif
