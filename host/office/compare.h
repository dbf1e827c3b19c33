/* compare.h: facilities side by side: how often each verdict stands at an entry in each class, what
 * has become of an entry from one round to another, and what a facility has told. All in one pass
 * over the letters. */
#ifndef ZC_OFFICE_COMPARE_H
#define ZC_OFFICE_COMPARE_H

#include "office/view.h"

/* ---- tallies -------------------------------------------------------------------------- */

/* What is counted together: an entry by itself, or several by the worst letter (zc_view_worst): a
 * focus area, a member of a counted set. `entries` are places in the view. */
typedef struct {
  const size_t *entries;
  size_t count;
} zc_row_entries;

/* A tally for each row and class, and for all classes together. */
typedef struct {
  size_t rows, classes;
  zc_tally *cells; /* owned */
} zc_tallies;

/* Counts the members that are `chosen` (a flag each; NULL: all), expected and here. To be freed in
 * any case. */
zc_code zc_tallies_count(const zc_view *view, const bool *chosen,
                         const zc_row_entries *rows, size_t count, zc_tallies *tallies,
                         zc_err *err);
void zc_tallies_free(zc_tallies *tallies);

/* The tally of a row in a class; class -1: in all. */
const zc_tally *zc_tallies_at(const zc_tallies *tallies, size_t row, int class);

/* Of a tally: those that were really looked at (已检查), and those that were left out (漏项). */
int64_t zc_tally_checked(const zc_tally *tally);
int64_t zc_tally_left_out(const zc_tally *tally);

/* ---- one facility ---------------------------------------------------------------------- */

/* How a report has answered some entries: the letters of one member. */
zc_tally zc_member_tally(const zc_member *member, const zc_row_entries *row);

/* How far a facility, or several together, have come. */
typedef struct {
  int64_t
      applicable; /* entries that are not 不适用; those that a report lacks are applicable */
  int64_t answered;   /* of these, with a verdict */
  int64_t data_rules; /* applicable entries that data decide */
  int64_t data_run;   /* of these, decided by data and not by a person in their place */
} zc_progress;

/* The entries of the kind `data`; its places are owned. False when out of memory. */
bool zc_data_entries(const zc_view *view, zc_row_entries *data);

/* Adds what a member that is here has done; `data` are the entries of the kind `data`. */
void zc_progress_add(const zc_view *view, const zc_member *member,
                     const zc_row_entries *data, zc_progress *progress);

/* ---- two rounds -------------------------------------------------------------------------- */

typedef enum {
  ZC_CHANGE_NEW,      /* 新发现: was clean */
  ZC_CHANGE_FIXED,    /* 已消除 */
  ZC_CHANGE_RELAPSED, /* 反弹: had been rectified, as the later report's ledger says */
  ZC_CHANGE_UNCHANGED, /* 仍存在 */
  ZC_CHANGE_CLEAN,     /* 保持合格 */
  ZC_CHANGE_SCOPE_NEW, /* 范围变化: was not looked at, has a problem now */
  ZC_CHANGE_SCOPE_LOST, /* 范围变化: had a problem, is not looked at now: never counted as fixed */
  ZC_CHANGE_SCOPE,   /* 范围变化: any other that was looked at on one side only */
  ZC_CHANGE_OUTSIDE, /* looked at on neither side */
  ZC_CHANGES
} zc_change;

/* What has become of an entry. A problem is one whatever its certainty. `relapsed`: the ledger says
 * that it relapsed in between. */
zc_change zc_change_of(char before, char after, bool relapsed);

/* Relapses that a member's later report tells and its earlier does not: places, ascending. */
typedef struct {
  size_t *entries; /* of all members, one behind the other; owned */
  size_t *starts;  /* members + 1; owned */
} zc_relapsed;

typedef struct {
  int64_t counts[ZC_CHANGES];
} zc_change_tally;

/* Two rounds of the same plan, seen through its last version. A member is one of `after`. */
typedef struct {
  const zc_view *before, *after;
  const zc_member **matched; /* of each member: itself in `before`; owned */
  zc_relapsed relapsed;
} zc_rounds_pair;

/* Puts the same facilities together; `earlier` and `later` are what the reports of the two rounds tell
 * (zc_relapses_read). The views are borrowed. To be freed in any case. */
zc_code zc_pair_make(const zc_view *before, const zc_view *after,
                     const zc_relapses *earlier, const zc_relapses *later,
                     zc_rounds_pair *pair, zc_err *err);
void zc_pair_free(zc_rounds_pair *pair);

/* A member as the round before has it; without a report where that one does not know it. */
const zc_member *zc_pair_before(const zc_rounds_pair *pair, size_t member);

/* Whether a member reported in both rounds. */
bool zc_pair_both(const zc_rounds_pair *pair, size_t member);

/* What has become of some entries of one member. */
zc_change_tally zc_pair_member(const zc_rounds_pair *pair, size_t member,
                               const zc_row_entries *row);

typedef struct {
  size_t rows, classes;
  zc_change_tally *cells; /* owned */
} zc_change_tallies;

/* The same for each row (with several entries: by the worst letter of either round) in each class
 * and all, of the chosen members that reported in both. To be freed in any case. */
zc_code zc_pair_count(const zc_rounds_pair *pair, const bool *chosen,
                      const zc_row_entries *rows, size_t count,
                      zc_change_tallies *tallies, zc_err *err);
void zc_change_tallies_free(zc_change_tallies *tallies);
const zc_change_tally *zc_change_tallies_at(const zc_change_tallies *tallies,
                                            size_t row, int class);

/* All kinds of 范围变化 together, and whether anything is another than it was. */
int64_t zc_change_scope(const zc_change_tally *tally);
bool zc_change_differs(const zc_change_tally *tally);

#endif
