-- exam_requests.sql: the examination rules of the plan on large prescriptions (三（一）),
-- written from its text: the same patient, item and day requested twice; a large
-- examination without an indication; the share of positive large examinations.

CREATE TABLE alias (name TEXT, title TEXT);
INSERT INTO alias VALUES
  ('req_no', '申请单号'), ('req_no', '检查申请单号'),
  ('patient_id', '患者编号'), ('patient_id', '病人ID'),
  ('req_time', '申请时间'), ('req_time', '开单时间'),
  ('item_code', '项目编码'), ('item_code', '检查项目编码'),
  ('modality', '检查类型'), ('modality', '检查类别'),
  ('indication_text', '检查目的'), ('indication_text', '检查指征'),
  ('result_positive', '是否阳性'), ('result_positive', '阳性标志');
CREATE TABLE key (name TEXT);
INSERT INTO key VALUES ('req_no');
CREATE TABLE form (name TEXT, type TEXT);
INSERT INTO form VALUES ('req_no', 'code'), ('patient_id', 'code'), ('item_code', 'code'),
  ('req_time', 'day');

.read values.sql

-- large: whether it is one of CT, MR, PET-CT, DSA.
CREATE TABLE modality (cell TEXT, large INTEGER);
INSERT INTO modality VALUES
  ('CT', 1), ('CT检查', 1), ('计算机断层', 1), ('电子计算机断层扫描', 1), ('MR', 1),
  ('MRI', 1), ('磁共振', 1), ('核磁共振', 1), ('MR检查', 1), ('PET-CT', 1), ('PETCT', 1),
  ('DSA', 1), ('数字减影', 1), ('超声', 0), ('B超', 0), ('彩超', 0), ('US', 0), ('X线', 0),
  ('DR', 0), ('放射', 0), ('X光', 0), ('普放', 0), ('内镜', 0), ('胃镜', 0), ('肠镜', 0),
  ('ES', 0), ('心电', 0), ('心电图', 0), ('ECG', 0), ('检验', 0), ('化验', 0), ('LIS', 0),
  ('其他', 0), ('其它', 0);

CREATE TABLE exam AS
SELECT n.line, n.text AS req_no, patient.text AS patient, item.text AS item,
       asked.day AS day, large, indication.text AS indication, positive.flag AS positive
FROM value n
LEFT JOIN value patient ON patient.line = n.line AND patient.name = 'patient_id'
LEFT JOIN value item ON item.line = n.line AND item.name = 'item_code'
LEFT JOIN value asked ON asked.line = n.line AND asked.name = 'req_time'
LEFT JOIN value kind ON kind.line = n.line AND kind.name = 'modality'
LEFT JOIN modality ON modality.cell = kind.text
LEFT JOIN value indication ON indication.line = n.line AND indication.name = 'indication_text'
LEFT JOIN value positive ON positive.line = n.line AND positive.name = 'result_positive'
WHERE n.name = 'req_no';

CREATE TABLE result (rule TEXT, population INTEGER, count INTEGER, unjudged INTEGER);
-- Words that say nothing.
CREATE TABLE no_reason (word TEXT);
INSERT INTO no_reason VALUES (''), ('无'), ('没有'), ('略'), ('同上'), ('/'), ('-'), ('—'),
  ('.'), ('。');

INSERT INTO result
SELECT 'exam.no_indication', count(*) FILTER (WHERE large),
       count(*) FILTER (WHERE large AND indication IN (SELECT word FROM no_reason)),
       count(*) FILTER (WHERE large IS NULL OR (large AND indication IS NULL))
FROM exam;

INSERT INTO result
SELECT 'exam.same_day', count(*), count(*) FILTER (WHERE requests > 1),
       (SELECT count(*) FROM exam WHERE patient = '' OR item = '' OR day IS NULL)
FROM (
  SELECT count(DISTINCT req_no) AS requests FROM exam
  WHERE patient <> '' AND item <> '' AND day IS NOT NULL
  GROUP BY patient, item, day
);

-- Below one half of at least 30. What is not known is left out of the share, unless it
-- could tip it; then the share is open: neither hit nor pass.
CREATE VIEW share AS
SELECT count(*) AS population, sum(positive) AS part, count(positive) AS whole,
       count(*) - count(positive) AS blanks
FROM exam WHERE large;
INSERT INTO result
SELECT 'exam.low_positive', population,
       whole >= 30 AND 2 * (part + blanks) < whole + blanks,
       CASE WHEN whole >= 30 AND 2 * (part + blanks) >= whole + blanks
                 AND 2 * part < whole + blanks THEN blanks ELSE 0 END
         + (SELECT count(*) FROM exam WHERE large IS NULL)
FROM share;

CREATE TABLE reads (rule TEXT, name TEXT);
INSERT INTO reads VALUES
  ('exam.no_indication', 'modality'), ('exam.no_indication', 'indication_text'),
  ('exam.same_day', 'patient_id'), ('exam.same_day', 'item_code'),
  ('exam.same_day', 'req_time'), ('exam.low_positive', 'modality'),
  ('exam.low_positive', 'result_positive');

CREATE VIEW range AS
SELECT count(*) AS rows, min(day) AS first, max(day) AS last FROM exam;

.read verdicts.sql
