/* members_sql.h: which facilities there are for a plan (?1) and a round (?2): those of the roster
 * that are no offices, then those of which an office reports that counts, each once. Inside the
 * store only. */
#ifndef ZC_STORE_MEMBERS_SQL_H
#define ZC_STORE_MEMBERS_SQL_H

#include "store/office.h"

/* Of two offices with the same facility it is the one's whose report of it counts, else the first. */
#define ZC_MEMBERS_SQL                                                                 \
  "WITH member AS (SELECT code, name, class, grade, ownership, town, contact, phone,"  \
  "  licence_from, licence_to, expected, '' AS via, position FROM roster"               \
  "  WHERE plan = ?1 AND class <> '" ZC_OFFICE_CLASS "'"                               \
  " UNION ALL SELECT m.code, m.name, m.class, m.grade, m.ownership, m.town, '', '',"   \
  "  '', '', m.expected, o.facility, m.position FROM standing AS o"                            \
  "  JOIN collected_member AS m ON m.report = o.report"                                \
  "  WHERE o.plan = ?1 AND o.round = ?2 AND o.counts = 1 AND NOT EXISTS"               \
  "   (SELECT 1 FROM roster AS x WHERE x.plan = ?1 AND x.code = m.code)"               \
  "  AND o.facility = coalesce("                                                       \
  "   (SELECT c.via FROM standing AS s JOIN collected AS c ON c.no = s.report"         \
  "    WHERE s.plan = ?1 AND s.round = ?2 AND s.facility = m.code AND s.counts = 1"    \
  "    AND c.via <> ''),"                                                              \
  "   (SELECT min(p.facility) FROM collected_member AS n JOIN standing AS p"           \
  "    ON p.report = n.report WHERE n.code = m.code AND p.plan = ?1"                   \
  "    AND p.round = ?2 AND p.counts = 1)))"

#endif
