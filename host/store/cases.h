/* cases.h: the cases that an office has filed (立案), their penalties, and the figures of all that
 * it has done itself.
 *
 * A case is a map; what is left out is "" or 0:
 *   no           its number, free text, unique in a plan
 *   facility     its code; "" when it is on no roster: then `subject` says who it is, a name or a
 *                role, never a patient
 *   entry        of the checklist
 *   cause, note, lead (number of the 线索)
 *   procedure    simple, general
 *   filed, decided (the penalty), closed, transferred, published: days
 *   warning, suspended (停业整顿), revoked (吊销许可证), cancelled (注销): 0 or 1
 *   fine, confiscated, refund: money
 *   doctors_suspended, doctors_revoked: people
 *   points_facilities, points_staff, staff (people who were given points)
 *   transfers    police, discipline, insurance, market, justice, other, joined by commas
 * Inside of events and of the store money is in hundredths of a yuan; what reading functions give
 * has decimals such as "120.50". */
#ifndef ZC_STORE_CASES_H
#define ZC_STORE_CASES_H

#include "store/office.h"

/* The keys of a case, in the order of lists, and of what kind each is. Ended by a NULL key. */
typedef struct {
  const char *key;
  enum { ZC_CASE_TEXT, ZC_CASE_DAY, ZC_CASE_COUNT, ZC_CASE_FLAG, ZC_CASE_MONEY } kind;
} zc_case_field;
extern const zc_case_field zc_case_fields[];

/* Writes what the body of an event `case_add`, `case_import` or `case_close` says, within a change;
 * verify does the same again: {plan, cases: [all of a case]}. One that is known is replaced in its
 * place. */
zc_code zc_cases_put(zc_store *store, const json_t *body, zc_err *err);

/* Which cases are meant; NULL means all. Days are those of filing, included. */
typedef struct {
  const char *plan, *no, *facility, *from, *to;
  bool open; /* only those that are not closed */
} zc_case_filter;

/* The cases in the order in which they were entered, with `name` and `class` of the facility on the
 * roster (""), and `penalty_day` and `transfer_day`, by which they count: `decided` and `transferred`
 * where these are given, else the day of filing (simple) or of closing. Owned. */
zc_code zc_cases(zc_store *store, const zc_case_filter *filter, json_t **cases,
                 zc_err *err);

/* By what figures are told apart. */
typedef enum { ZC_BY_ALL, ZC_BY_CLASS, ZC_BY_FACILITY } zc_case_group;

/* Figures of the days from `from` to `to` (NULL or "": open), of a facility alone or of cases that are open
 * alone where the filter says so (`no` is not looked at), keyed by class or code ("": on no roster), or
 * by "" for all, which is always there: {key: {name: number}}. The names are those of c["…"] in a
 * plan's 量化统计表 (docs/office.md):
 *   visits of these days     inspected (家), visits (户次), inspectors (人次), orders (责令改正,
 *                            户次), orders_facilities (家), opinions (监督意见书, 份),
 *                            unlicensed_closed (取缔, 户次), inspected_problems, inspected_amount
 *   cases filed              cases, simple, general, cases_facilities (家)
 *   cases closed             closed; `open` are those that were filed by the last of the days, and
 *                            not closed by then
 *   penalties decided        warnings, fined (家), fine_amount, confiscated, suspended, revoked,
 *                            cancelled (家), doctors_revoked, doctors_suspended (人), points_facilities,
 *                            points_staff, scored_facilities (家), scored_staff (人), refunds
 *   transfers made           transfers (件), transfers_police, transfers_discipline,
 *                            transfers_insurance, transfers_market, transfers_justice,
 *                            transfers_other
 *   cases published          exposed
 * Money is yuan as a decimal text, everything else a whole number. A penalty counts on the day when
 * it was decided (penalty_day), so that closing a case changes no earlier period. Owned. */
zc_code zc_case_figures(zc_store *store, const zc_case_filter *filter, zc_case_group by,
                        json_t **figures, zc_err *err);

/* One of these figures: whether it is of visits, is money, counts each facility once (家). */
typedef struct {
  const char *name;
  bool visits, money, once;
} zc_case_figure;

/* The figure of that place, or of that name; false: there is none. */
bool zc_case_figure_at(size_t place, zc_case_figure *figure);
bool zc_case_figure_of(const char *name, zc_case_figure *figure);

/* What one of these figures is made of: {facility ("": on no roster): [{no (of a case; "" of a visit),
 * subject, day (by which it counts), team, kind (of a visit), value}]} by day. A figure of 家 counts each
 * facility once, however many cases it has here. Empty for a name that is no figure. Owned. */
zc_code zc_case_sources(zc_store *store, const char *plan, const char *from,
                        const char *to, const char *figure, json_t **sources,
                        zc_err *err);

#endif
