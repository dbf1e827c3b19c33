/* calendar.h: days as a calendar file (iCalendar, RFC 5545) that phones and mail programs
 * take in. Nothing here reads a clock: the same events on the same day give the same bytes. */
#ifndef ZC_DOCUMENT_CALENDAR_H
#define ZC_DOCUMENT_CALENDAR_H

#include "value/json.h"

/* Appends a calendar to `out`: `name` is what programs call it, `stamp` the day (ISO) that
 * it speaks of. Of `events`, a list of
 *   {uid, from, to, title, description, category, alarm},
 * each lasts whole days from `from` to `to`, both included. `uid` names it for ever (any
 * text; what is written is its hash), so that the event of an earlier file is replaced;
 * `description` (several lines), `category` and `alarm` (so many days before it, in the
 * morning) may be missing. ZC_EINTERNAL for an event that is none. */
zc_code zc_calendar_print(const char *name, const char *stamp, const json_t *events,
                          zc_buffer *out, zc_err *err);

#endif
