/* case_days.h: the days by which cases count where none is given, as SQL over a row `x` of legal_case.
 * A penalty of the simple procedure is given on the spot (行政处罚法 §51): on the day of filing; any
 * other by the time that the case is closed. Inside the store only. */
#ifndef ZC_STORE_CASE_DAYS_H
#define ZC_STORE_CASE_DAYS_H

#define ZC_PENALTY_DAY                                                                 \
  "(CASE WHEN x.decided <> '' THEN x.decided WHEN x.procedure = 'simple' THEN x.filed" \
  " ELSE x.closed END)"
#define ZC_TRANSFER_DAY                                                                \
  "(CASE WHEN x.transfers = '' THEN '' WHEN x.transferred <> '' THEN x.transferred"    \
  " ELSE " ZC_PENALTY_DAY " END)"

#endif
