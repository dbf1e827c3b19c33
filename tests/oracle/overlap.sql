-- overlap.sql: who was given a drug again with more than three days of it left (超疗程).
-- Only for exports without blanks in these columns; behind rx_lines.sql.

CREATE TABLE supply AS
SELECT patient.text AS patient, drug, rx.day, rx_no, max(days) AS days,
       sum(reason NOT IN (SELECT word FROM no_reason)) AS reasons
FROM rx JOIN value patient ON patient.line = rx.line AND patient.name = 'patient_id'
WHERE visit IN ('门诊', '急诊') AND NOT tcm
GROUP BY patient.text, drug, rx.day, rx_no;

SELECT 'rx.overlap population=' || count(DISTINCT rx_no) || ' count='
  || count(DISTINCT CASE WHEN reasons = 0 AND EXISTS (
       SELECT 1 FROM supply earlier
       WHERE earlier.patient = s.patient AND earlier.drug = s.drug
         AND (earlier.day, earlier.rx_no) < (s.day, s.rx_no)
         AND julianday(s.day) < julianday(earlier.day) + earlier.days - 3) THEN rx_no END)
FROM supply s;
