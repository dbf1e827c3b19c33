/* members.h: the facilities of a roster, and those that offices report of, with the report that
 * counts for a round, in one array: what comparing and counting read. Offices are not among them. A
 * hundred thousand take less than 80 MB. */
#ifndef ZC_STORE_MEMBERS_H
#define ZC_STORE_MEMBERS_H

#include "store/collected.h"

/* Texts are borrowed from the list; "" where there is nothing. */
typedef struct {
  const char *code, *name, *class, *grade, *ownership, *town, *contact, *phone,
      *licence_from, *licence_to;
  const char *via; /* the office that reports of it; "": it is on the roster here */
  bool expected;
  /* Of the report that counts; 0, "" and ZC_UNKNOWN where there is none (未报送). */
  int64_t report, checklist;
  const char *state, *day, *received, *file, *kind, *statuses, *measures, *digest;
  int64_t numbers[ZC_NUMBER_COUNT];
} zc_member;

typedef struct {
  zc_arena arena;
  zc_member *members; /* in the roster's order, then by office */
  size_t count;
} zc_members;

/* Those of a plan and round; to be freed in any case. */
zc_code zc_members_read(zc_store *store, const char *plan, const char *round,
                        zc_members *members, zc_err *err);
void zc_members_free(zc_members *members);

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

/* The offices on the roster: [{code, name, contact, phone, expected, state, day}], the last two ""
 * where no report of that round counts. Owned. */
zc_code zc_offices_read(zc_store *store, const char *plan, const char *round,
                        json_t **offices, zc_err *err);

#endif
