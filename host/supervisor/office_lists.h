/* office_lists.h: whom an office's papers list: who has not reported, who has found nothing, who has passed
 * what an inspection found … (docs/office.md). */
#ifndef ZC_SUPERVISOR_OFFICE_LISTS_H
#define ZC_SUPERVISOR_OFFICE_LISTS_H

#include "office/held.h"

/* What lists are made from; borrowed, but `held`, which its maker frees. */
typedef struct {
  const zc_view *view;
  const zc_held *
      *held; /* of each member, what inspections have found; NULL: nobody was there */
} zc_listing;

/* What inspections have found at a member: nothing where nobody was. */
const zc_held *zc_listing_held(const zc_listing *listing, const zc_member *member);

typedef struct {
  const char *name;
  bool (*wants)(const zc_listing *listing, const zc_member *member);
  bool all; /* it is of everybody */
} zc_office_list;

/* Ended by one without a name. */
extern const zc_office_list zc_office_lists[];

#endif
