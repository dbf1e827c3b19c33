/* view.h: what facilities of one plan have reported for one round, made comparable: verdicts in the
 * order of the plan's last checklist, whatever version a report was made with, and sums by class.
 *
 * 未报送 (no report), 零报告 (a report that was checked and found nothing) and 漏项 (entries that were
 * not checked, are undecided or missing in a report) are three different things here. */
#ifndef ZC_OFFICE_VIEW_H
#define ZC_OFFICE_VIEW_H

#include "store/members.h"

/* Facilities that are counted together: one class, or all. */
typedef struct {
  const char *title; /* the class; "" for all */
  int64_t listed;    /* on the roster, also those that are not expected */
  int64_t expected, here, late, nil, left_out; /* facilities */
  int64_t clean; /* here, everything judged and nothing found */
  int64_t
      numbers[ZC_NUMBER_COUNT]; /* sums of what reports tell; what none tells stays 0 */
} zc_group;

/* Where the entries of one version of the checklist stand in the view. */
typedef struct {
  int64_t no; /* of the checklist */
  size_t count;
  int32_t *places; /* -1: it is not asked any more. Owned */
} zc_version;

typedef struct {
  zc_members members;
  json_t
      *checklist; /* {entries, sets, focus, plan …} of the plan's last version. Owned */
  size_t entries;
  zc_version *versions; /* of the plan, as far as they are known */
  size_t version_count;
  zc_group *classes; /* in the order in which the roster first has them */
  size_t class_count;
  zc_group all;
  int *class_of; /* of each member */
} zc_view;

/* Reads it; `checklists` is what zc_checklists gives. To be freed in any case. ZC_EDATA when the
 * plan has no checklist yet. */
zc_code zc_view_read(zc_store *store, const json_t *checklists, const char *plan,
                     const char *round, zc_view *view, zc_err *err);
void zc_view_free(zc_view *view);

/* Sums over the members that are `chosen` (one flag each; NULL: all) into as many groups as there are
 * classes, and into `all`. */
void zc_view_sum(const zc_view *view, const bool *chosen, zc_group *classes,
                 zc_group *all);

/* Where an entry of a checklist stands in the view; -1. */
int64_t zc_view_place(const zc_view *view, int64_t checklist, int64_t entry);

/* Entries of a report that were not checked, are undecided, or are missing. */
int64_t zc_view_left_out(const zc_view *view, const zc_member *member);

/* Whether a report has found anything, in a verdict or in its ledger; without that it is a nil
 * report (零报告). It must be of a member that is here. */
bool zc_view_has_found(const zc_view *view, const zc_member *member);

/* How often each letter (collected.h) stands at an entry, among the members of a class (-1: of all)
 * that are here. */
typedef struct {
  int64_t pass, problem, suspect, hint, not_applicable, not_checked, undetermined,
      absent;
} zc_tally;
zc_tally zc_view_tally(const zc_view *view, size_t entry, int class);

/* The tallies of several entries together, each facility once by its worst letter: a focus area or a
 * member of a counted set. `entries` are places. */
zc_tally zc_view_tally_of(const zc_view *view, const size_t *entries, size_t count,
                          int class);

/* Of two letters the one that says more of what is wrong or open: what several entries together are
 * counted by. */
char zc_letter_worse(char a, char b);

/* The same for each class at once, `tallies` having a place for each and one more behind them for
 * all. */
void zc_view_tally_classes(const zc_view *view, const size_t *entries, size_t count,
                           zc_tally *tallies);

/* The worst of these letters in a report: what zc_view_tally_of counts. */
char zc_view_worst(const zc_member *member, const size_t *entries, size_t count);

/* The place of an entry by its id; -1. */
int64_t zc_view_entry(const zc_view *view, const char *id);

#endif
