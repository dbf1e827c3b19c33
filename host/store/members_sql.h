/* members_sql.h: which facilities there are for a plan (?1) and a round (?2): those of the roster
 * that are no offices, then those of which an office reports that counts, each once. Inside the
 * store only.
 *
 * An office that has not reported for the round has the facilities that it had in its last report before
 * it, else in the first one after it: with them all it is silent about, nobody would miss them. */
#ifndef ZC_STORE_MEMBERS_SQL_H
#define ZC_STORE_MEMBERS_SQL_H

#include "store/office.h"

/* Whether a report of a row of the roster (r) is expected for the round ?2, which stands beside it as
 * `own`. Who was taken off the list on a day stays expected in the rounds that were over by then, and
 * who was added on one is expected in those that were not, and where a report of his counts. */
#define ZC_ROUND_OF_ROSTER                                                             \
  " LEFT JOIN round AS own ON own.plan = r.plan AND own.id = ?2"
#define ZC_EXPECTED_SQL                                                                \
  "(CASE WHEN r.until = '' THEN r.expected ELSE coalesce(own.due, '') <> '' AND"       \
  " own.due < r.until END AND (r.since = '' OR coalesce(own.last, '') = '' OR"         \
  " own.last >= r.since OR EXISTS (SELECT 1 FROM standing AS k WHERE k.plan = r.plan"  \
  " AND k.round = ?2 AND k.facility = r.code AND k.counts = 1)))"

/* origin: each office with the report that tells its facilities; NULL where it has never reported. */
#define ZC_ORIGIN_SQL                                                                  \
  "WITH origin AS MATERIALIZED (SELECT office, now IS NULL AS silent, coalesce(now,"   \
  "  (SELECT s.report FROM round AS t CROSS JOIN standing AS s ON s.plan = ?1"         \
  "   AND s.round = t.id AND s.facility = office AND s.counts = 1"                     \
  "   LEFT JOIN round AS own ON own.plan = ?1 AND own.id = ?2 WHERE t.plan = ?1"       \
  "   ORDER BY t.position > own.position, abs(t.position - own.position)"              \
  "   LIMIT 1)) AS report"                                                             \
  "  FROM (SELECT r.code AS office, (SELECT s.report FROM standing AS s"               \
  "   WHERE s.plan = ?1 AND s.round = ?2 AND s.facility = r.code AND s.counts = 1)"    \
  "   AS now FROM roster AS r" ZC_ROUND_OF_ROSTER                                      \
  "   WHERE r.plan = ?1 AND r.class = '" ZC_OFFICE_CLASS "'"                           \
  "   AND " ZC_EXPECTED_SQL "))"

/* Of two offices with the same facility it is the one's whose report of it counts, else that of one which
 * has reported, else the first. */
#define ZC_MEMBERS_SQL                                                                 \
  ZC_ORIGIN_SQL                                                                        \
  ", member AS (SELECT code, name, class, grade, ownership, town, contact, phone,"     \
  "  licence_from, licence_to, " ZC_EXPECTED_SQL " AS expected, '' AS via,"            \
  "  r.position FROM roster AS r" ZC_ROUND_OF_ROSTER                                   \
  "  WHERE r.plan = ?1 AND class <> '" ZC_OFFICE_CLASS "'"                             \
  " UNION ALL SELECT m.code, m.name, m.class, m.grade, m.ownership, m.town, '', '',"   \
  "  '', '', m.expected, o.office, m.position FROM origin AS o"                        \
  "  JOIN collected_member AS m ON m.report = o.report"                                \
  "  WHERE NOT EXISTS"                                                                 \
  "   (SELECT 1 FROM roster AS x WHERE x.plan = ?1 AND x.code = m.code)"               \
  "  AND o.office = coalesce("                                                         \
  "   (SELECT c.via FROM standing AS s JOIN collected AS c ON c.no = s.report"         \
  "    WHERE s.plan = ?1 AND s.round = ?2 AND s.facility = m.code AND s.counts = 1"    \
  "    AND c.via <> ''),"                                                              \
  "   (SELECT p.office FROM collected_member AS n JOIN origin AS p"                    \
  "    ON p.report = n.report WHERE n.code = m.code"                                   \
  "    ORDER BY p.silent, p.office LIMIT 1)))"

/* What the roster (r), else the last office's report of it, says of a facility. */
#define ZC_FACILITY_SQL(column, code)                                                  \
  "coalesce(r." #column ", (SELECT m." #column " FROM collected_member AS m WHERE"     \
  " m.code = " code " ORDER BY m.report DESC LIMIT 1), '')"

#endif
