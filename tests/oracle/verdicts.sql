-- verdicts.sql: one line a rule: its verdict and its numbers; then what the table holds.
-- A rule that names a column which the file lacks is not checked. Hits make a problem;
-- else a row that could not be judged, or is malformed, leaves it open; else it passes,
-- unless nobody was meant.

SELECT rule || ' not_checked' FROM result
WHERE rule IN (SELECT rule FROM reads WHERE name NOT IN (SELECT name FROM place))
UNION ALL
SELECT rule
  || CASE WHEN count > 0 THEN ' problem'
          WHEN unjudged + (SELECT count(*) FROM fault) > 0 THEN ' undetermined'
          WHEN population = 0 THEN ' not_applicable'
          ELSE ' pass' END
  || ' population=' || population || ' count=' || count || ' unjudged=' || unjudged
  || ' malformed=' || (SELECT count(*) FROM fault)
FROM result
WHERE rule NOT IN (SELECT rule FROM reads WHERE name NOT IN (SELECT name FROM place))
ORDER BY 1;

SELECT 'rows=' || rows || ' malformed=' || (SELECT count(*) FROM fault)
  || ' from=' || first || ' to=' || last
FROM range;

SELECT 'spoiled in line ' || min(line) FROM spoiled HAVING count(*) > 0;
