#include "supervisor/office_lists.h"

#include <string.h>

#include "office/amount.h"

static int64_t number(const zc_member *m, int at)
{
  return zc_amount_known(m->numbers[at]);
}

const zc_held *zc_listing_held(const zc_listing *listing, const zc_member *member)
{
  static const zc_held nothing = {0};
  const zc_held *held = listing->held[member - listing->view->members.members];
  return held == NULL ? &nothing : held;
}

static bool missing(const zc_listing *l, const zc_member *m)
{
  (void)l;
  return m->expected && m->report == 0;
}

static bool late(const zc_listing *l, const zc_member *m)
{
  (void)l;
  return zc_member_here(m) && strcmp(m->state, "late") == 0;
}

static bool nil(const zc_listing *l, const zc_member *m)
{
  return zc_member_here(m) && zc_view_is_nil(l->view, m);
}

static bool left_out(const zc_listing *l, const zc_member *m)
{
  return zc_member_here(m) && zc_view_left_out(l->view, m) > 0;
}

/* Its self-check has found nothing at all, but inspections have found what the plan asks: what it has passed
 * (应报未报), or has left out. */
static bool nil_but_found(const zc_listing *l, const zc_member *m)
{
  const zc_held *found = zc_listing_held(l, m);
  return nil(l, m) && found->unreported + found->reported + found->not_checked > 0;
}

/* It has found something itself, and has passed what an inspection found. */
static bool unreported(const zc_listing *l, const zc_member *m)
{
  return zc_member_here(m) && !nil(l, m) && zc_listing_held(l, m)->unreported > 0;
}

static bool relapsed(const zc_listing *l, const zc_member *m)
{
  (void)l;
  return zc_member_here(m) && number(m, ZC_NUMBER_relapsed) > 0;
}

/* Problems that count, and nobody who is to rectify them, or no day. */
static bool vague(const zc_listing *l, const zc_member *m)
{
  (void)l;
  bool told = m->numbers[ZC_NUMBER_departments] != ZC_UNKNOWN &&
              m->numbers[ZC_NUMBER_people] != ZC_UNKNOWN;
  return zc_member_here(m) && number(m, ZC_NUMBER_counted) > 0 &&
         (number(m, ZC_NUMBER_no_deadline) > 0 ||
          (told &&
           number(m, ZC_NUMBER_departments) + number(m, ZC_NUMBER_people) == 0));
}

static bool overdue(const zc_listing *l, const zc_member *m)
{
  (void)l;
  return zc_member_here(m) && number(m, ZC_NUMBER_overdue) > 0;
}

/* In time, complete, and all that was found is rectified: however much it was. */
static bool good(const zc_listing *l, const zc_member *m)
{
  return zc_member_here(m) && strcmp(m->state, "accepted") == 0 && !left_out(l, m) &&
         number(m, ZC_NUMBER_counted) > 0 &&
         number(m, ZC_NUMBER_rectified) == number(m, ZC_NUMBER_counted) &&
         number(m, ZC_NUMBER_overdue) == 0 && !relapsed(l, m) &&
         zc_listing_held(l, m)->unreported == 0 && number(m, ZC_NUMBER_unreported) == 0;
}

static bool expected(const zc_listing *l, const zc_member *m)
{
  (void)l;
  return m->expected;
}

const zc_office_list zc_office_lists[] = {{"missing", missing, false},
                                          {"late", late, false},
                                          {"nil", nil, false},
                                          {"left_out", left_out, false},
                                          {"nil_but_found", nil_but_found, false},
                                          {"unreported", unreported, false},
                                          {"relapsed", relapsed, false},
                                          {"vague", vague, false},
                                          {"overdue", overdue, false},
                                          {"good", good, false},
                                          {"facilities", expected, true},
                                          {NULL, NULL, false}};
