/* members.h: the facilities of a roster, and those that offices report of, with the report that
 * counts for a round, in one array: what comparing and counting read. Offices are not among them. A
 * hundred thousand take less than 80 MB. */
#ifndef ZC_STORE_MEMBERS_H
#define ZC_STORE_MEMBERS_H

#include <stddef.h>

#include "store/collected.h"

/* Texts are borrowed from the list; "" where there is nothing. */
typedef struct {
  const char *code, *name, *class, *grade, *ownership, *town, *contact, *phone,
      *licence_from, *licence_to,
      *ledger_day; /* as of which its ledger was counted; "" */
  const char *via; /* the office that reports of it; "": it is on the roster here */
  bool expected;
  /* Of the report that counts; 0, "" and ZC_UNKNOWN where there is none (未报送). */
  int64_t report, checklist;
  const char *state, *day, *received, *file, *source, *kind, *statuses, *measures,
      *digest; /* `source`: the file that holds several reports, of which this is one */
  int64_t numbers[ZC_NUMBER_COUNT];
} zc_member;

typedef struct {
  zc_arena arena;
  zc_member *members; /* in the roster's order, then by office */
  size_t count;
  size_t *by_report; /* places of those that are here, by their reports. Owned */
  size_t reports;
  int64_t
      unheard; /* offices that have never reported, also to those below: nobody knows whom
                * they look after */
} zc_members;

/* Those of a plan and round; to be freed in any case. */
zc_code zc_members_read(zc_store *store, const char *plan, const char *round,
                        zc_members *members, zc_err *err);
void zc_members_free(zc_members *members);

/* Whether a member is here and counts: it is expected to report, and has. */
bool zc_member_here(const zc_member *member);

/* The place of the member whose report this is; -1. */
ptrdiff_t zc_members_find(const zc_members *members, int64_t report);

/* How many of these reports are expected, were received, and of these late. */
typedef struct {
  int64_t expected, received, late;
} zc_member_counts;
zc_code zc_members_count(zc_store *store, const char *plan, const char *round,
                         zc_member_counts *counts, zc_err *err);

/* Problems that have come back after they had been rectified, as the ledgers of reports tell. */
typedef struct {
  int64_t report, entry, count; /* `entry` of the report's own checklist */
} zc_relapse;

typedef struct {
  zc_relapse *relapses; /* by report and entry; owned */
  size_t count;
} zc_relapses;

/* Those of the reports that count for a round; to be freed in any case. */
zc_code zc_relapses_read(zc_store *store, const char *plan, const char *round,
                         zc_relapses *relapses, zc_err *err);
void zc_relapses_free(zc_relapses *relapses);

/* The offices on the roster: [{code, name, contact, phone, expected, state, day, heard}]; state and day are
 * "" where no report of that round counts, heard is 1 where one of any round does. Owned. */
zc_code zc_offices_read(zc_store *store, const char *plan, const char *round,
                        json_t **offices, zc_err *err);

#endif
