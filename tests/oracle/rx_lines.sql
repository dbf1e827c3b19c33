-- rx_lines.sql: the prescription rules of the plan on large prescriptions (三（一）),
-- written from its text. Comparing with NULL gives NULL, and AND, OR, NOT treat it as
-- plan rules treat the unknown.

CREATE TABLE alias (name TEXT, title TEXT);
INSERT INTO alias VALUES
  ('patient_id', '患者编号'), ('rx_no', '处方号'), ('rx_no', '处方编号'), ('rx_no', '处方流水号'),
  ('rx_date', '处方日期'), ('rx_date', '开方日期'),
  ('visit_type', '就诊类型'), ('visit_type', '就诊类别'),
  ('age', '年龄'), ('age', '年龄（岁）'),
  ('drug_code', '药品编码'), ('drug_code', '药品代码'),
  ('is_tcm', '中药饮片'), ('is_tcm', '是否饮片'),
  ('days', '用药天数'), ('days', '天数'),
  ('chronic_flag', '慢病'), ('chronic_flag', '慢性病标志'),
  ('extension_reason', '超量理由'), ('extension_reason', '延长理由');
CREATE TABLE key (name TEXT);
INSERT INTO key VALUES ('rx_no');
CREATE TABLE form (name TEXT, type TEXT);
INSERT INTO form VALUES ('rx_no', 'code'), ('drug_code', 'code'), ('rx_date', 'day');

.read values.sql

CREATE TABLE visit (word TEXT, cell TEXT);
INSERT INTO visit VALUES
  ('门诊', '门诊'), ('门诊', '普通门诊'), ('门诊', '专家门诊'), ('门诊', '门诊处方'),
  ('门诊', 'O'), ('急诊', '急诊'), ('急诊', '急诊处方'), ('急诊', 'E'), ('住院', '住院'),
  ('住院', '住院处方'), ('出院带药', '出院带药'), ('住院', 'I');

-- A blank flag means no; an unreadable one is unknown.
CREATE TABLE rx AS
SELECT
  n.line, n.text AS rx_no, word AS visit, age.number AS age, days.number AS days,
  drug.text AS drug, reason.text AS reason, dated.day AS day,
  CASE tcm.text WHEN '' THEN 0 ELSE tcm.flag END AS tcm,
  CASE chronic.text WHEN '' THEN 0 ELSE chronic.flag END AS chronic
FROM value n
LEFT JOIN value v ON v.line = n.line AND v.name = 'visit_type'
LEFT JOIN visit ON visit.cell = v.text
LEFT JOIN value age ON age.line = n.line AND age.name = 'age'
LEFT JOIN value days ON days.line = n.line AND days.name = 'days'
LEFT JOIN value drug ON drug.line = n.line AND drug.name = 'drug_code'
LEFT JOIN value reason ON reason.line = n.line AND reason.name = 'extension_reason'
LEFT JOIN value dated ON dated.line = n.line AND dated.name = 'rx_date'
LEFT JOIN value tcm ON tcm.line = n.line AND tcm.name = 'is_tcm'
LEFT JOIN value chronic ON chronic.line = n.line AND chronic.name = 'chronic_flag'
WHERE n.name = 'rx_no';

-- Words that say nothing.
CREATE TABLE no_reason (word TEXT);
INSERT INTO no_reason VALUES (''), ('无'), ('没有'), ('略'), ('同上'), ('/'), ('-'), ('—'),
  ('.'), ('。');

-- Who is meant, and who broke the rule: rows, each 1, 0 or NULL.
CREATE VIEW judged AS
SELECT 'rx.over_days' AS rule, rx_no,
       visit = '门诊' AND NOT tcm AND age < 65 AS meant,
       days > 7 AND NOT chronic AND reason IN (SELECT word FROM no_reason) AS broken
FROM rx
UNION ALL
SELECT 'rx.over_days_emergency', rx_no,
       visit = '急诊' AND NOT tcm AND age < 65,
       days > 3 AND NOT chronic AND reason IN (SELECT word FROM no_reason)
FROM rx
UNION ALL
SELECT 'rx.extension_no_reason', rx_no,
       visit IN ('门诊', '急诊') AND NOT tcm AND (chronic OR age >= 65),
       days > CASE visit WHEN '急诊' THEN 3 ELSE 7 END AND reason IN (SELECT word FROM no_reason)
FROM rx;

CREATE TABLE result (rule TEXT, population INTEGER, count INTEGER, unjudged INTEGER);
INSERT INTO result
SELECT rule,
       count(DISTINCT CASE WHEN meant THEN rx_no END),
       count(DISTINCT CASE WHEN meant AND broken THEN rx_no END),
       count(*) FILTER (WHERE meant IS NULL OR (meant AND broken IS NULL))
FROM judged GROUP BY rule;

-- A prescription with a blank drug may have one more than its known ones.
INSERT INTO result
SELECT 'rx.too_many_drugs', count(*), count(*) FILTER (WHERE drugs > 5),
       count(*) FILTER (WHERE drugs <= 5 AND blanks > 0)
         + (SELECT count(*) FROM rx
            WHERE (visit IN ('门诊', '急诊') AND NOT tcm) IS NULL)
FROM (
  SELECT count(DISTINCT nullif(drug, '')) AS drugs, sum(drug = '') AS blanks
  FROM rx WHERE visit IN ('门诊', '急诊') AND NOT tcm GROUP BY rx_no
);

CREATE TABLE reads (rule TEXT, name TEXT);
INSERT INTO reads
SELECT 'rx.over_days', value FROM json_each(
  '["visit_type","is_tcm","age","days","chronic_flag","extension_reason"]')
UNION ALL SELECT 'rx.over_days_emergency', value FROM json_each(
  '["visit_type","is_tcm","age","days","chronic_flag","extension_reason"]')
UNION ALL SELECT 'rx.extension_no_reason', value FROM json_each(
  '["visit_type","is_tcm","chronic_flag","age","days","extension_reason"]')
UNION ALL SELECT 'rx.too_many_drugs', value FROM json_each(
  '["visit_type","is_tcm","drug_code"]');

CREATE VIEW range AS SELECT count(*) AS rows, min(day) AS first, max(day) AS last FROM rx;

.read verdicts.sql
