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
  int64_t expected, here, late, paper, nil, left_out; /* facilities */
  int64_t clean; /* here, everything judged and nothing found */
  int64_t told;  /* of those here, how many tell of a ledger */
  int64_t
      numbers[ZC_NUMBER_COUNT]; /* sums of what reports tell; ZC_UNKNOWN for what none
                                     * tells: where nobody is here, nothing is 0 */
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
  json_t *
      offices; /* that are expected and have not reported: [{code, name, contact, phone, facilities}];
                    * without `facilities`, how many members they have by a report of another round, where
                    * they have never reported; then those of which one that has reported
                    * says so, with `via` and `via_name`, that one. Owned */
} zc_view;

/* Reads it; `checklists` is what zc_checklists gives. To be freed in any case. ZC_EDATA when the
 * plan has no checklist yet. */
zc_code zc_view_read(zc_store *store, const json_t *checklists, const char *plan,
                     const char *round, zc_view *view, zc_err *err);
void zc_view_free(zc_view *view);

/* An empty group; a member counted as a facility in it; and what its report tells added, where it is
 * here. */
zc_group zc_group_empty(const char *title);
void zc_group_count(const zc_view *view, zc_group *group, const zc_member *member);
void zc_group_tell(zc_group *group, const zc_member *member);

/* Sums over the members that are `chosen` (one flag each; NULL: all) into as many groups as there are
 * classes, and into `all`: empty groups. */
void zc_view_sum(const zc_view *view, const bool *chosen, zc_group *classes,
                 zc_group *all);

/* Where an entry of a checklist stands in the view; -1. */
int64_t zc_view_place(const zc_view *view, int64_t checklist, int64_t entry);

/* Whether the checklist of a report asks what stands at a place of the view. */
bool zc_view_asks(const zc_view *view, int64_t checklist, size_t place);

/* Entries of a report that were not checked, are undecided, or are missing. */
int64_t zc_view_left_out(const zc_view *view, const zc_member *member);

/* Whether a report has found anything, in a verdict or in its ledger. It must be of a member that is
 * here. */
bool zc_view_has_found(const zc_view *view, const zc_member *member);

/* Whether it is a nil report (零报告): it has found nothing, and has looked: where nothing was
 * checked, or nothing applies, nothing is known. It must be of a member that is here. */
bool zc_view_is_nil(const zc_view *view, const zc_member *member);

/* Whether such a report has left nothing out, either. */
bool zc_view_is_clean(const zc_view *view, const zc_member *member);

/* How often each letter (collected.h) stands at an entry, or is the worst of several. */
typedef struct {
  int64_t pass, problem, suspect, hint, not_applicable, not_checked, undetermined,
      absent;
} zc_tally;

/* Counts the facilities that are here by the worst letter of some entries (their places), each facility
 * once: one entry, a focus area or a member of a counted set. `tallies` has a place for each class
 * and one more behind them for all. */
void zc_view_tally_classes(const zc_view *view, const size_t *entries, size_t count,
                           zc_tally *tallies);

/* Whether a letter tells that something was found, whatever its certainty. */
bool zc_letter_found(char letter);

/* The worst of these letters in a report. */
char zc_view_worst(const zc_member *member, const size_t *entries, size_t count);

/* The place of an entry by its id; -1. */
int64_t zc_view_entry(const zc_view *view, const char *id);

/* Of each member of a view the same facility (by its code) in the view of another round; where that one
 * does not know it, somebody without a report. Rounds have members of their own: those that other
 * offices report of come and go with their reports. Owned; NULL when out of memory. */
const zc_member **zc_view_match(const zc_view *view, const zc_view *other);

#endif
