/* checklist_parts.h: which entries of a checklist belong to a focus area, and to a counted set. One rule
 * for everything that counts by them. */
#ifndef ZC_OFFICE_CHECKLIST_PARTS_H
#define ZC_OFFICE_CHECKLIST_PARTS_H

#include <stdbool.h>

#include "value/json.h"

/* Whether an entry stands in a focus area of its checklist, or in one beneath it. */
bool zc_entry_in_area(const json_t *checklist, const json_t *entry, const char *area);

/* Whether it belongs to a member of a set; `member` NULL: to any. */
bool zc_entry_in_set(const json_t *entry, const char *set, const char *member);

#endif
