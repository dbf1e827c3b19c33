-- values.sql: cells as values. Before it, alias(name, title) says which headers each
-- column may have, and key(name) which column must not be blank.
--
-- Gives value(line, name, text, number, flag, day): text '' when blank; number, flag and
-- day NULL when blank or not readable as such. spoiled(line) are rows that a spreadsheet
-- program has damaged: an import refuses their file.

CREATE TABLE place (name TEXT PRIMARY KEY, place INTEGER NOT NULL);
INSERT INTO place SELECT name, place FROM alias JOIN header USING (title);

INSERT INTO fault
SELECT line, 'key' FROM cell JOIN place USING (place) JOIN key USING (name)
WHERE text = '';
DELETE FROM cell WHERE line IN (SELECT line FROM fault);

-- Full-width digits and signs read as their narrow twins.
CREATE VIEW narrow AS
SELECT line, name, text,
  replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
  replace(replace(replace(text,
    '０', '0'), '１', '1'), '２', '2'), '３', '3'), '４', '4'), '５', '5'), '６', '6'),
    '７', '7'), '８', '8'), '９', '9'), '－', '-'), '／', '/'), '：', ':') AS plain
FROM cell JOIN place USING (place);

-- 2023-03-05, 2023/3/5 and 20230305, perhaps with a time behind a space.
CREATE VIEW written_day AS
SELECT line, name,
  CASE
    WHEN word GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'
      THEN substr(word, 1, 4) || '-' || substr(word, 5, 2) || '-' || substr(word, 7, 2)
    WHEN word GLOB '[0-9][0-9][0-9][0-9]-[0-9]*-[0-9]*'
      THEN substr(word, 1, 5) || printf('%02d', substr(rest, 1, instr(rest, '-') - 1))
           || '-' || printf('%02d', substr(rest, instr(rest, '-') + 1))
  END AS day
FROM (
  SELECT line, name, word, substr(word, 6) AS rest
  FROM (
    SELECT line, name,
           substr(replace(plain, '/', '-'), 1, instr(plain || ' ', ' ') - 1) AS word
    FROM narrow
  )
);

CREATE TABLE value (line INTEGER, name TEXT, text TEXT, number INTEGER, flag INTEGER,
                    day TEXT, PRIMARY KEY (line, name)) WITHOUT ROWID;
INSERT INTO value
SELECT
  line, name, plain,
  CASE WHEN plain <> '' AND plain NOT GLOB '*[^0-9]*' THEN CAST(plain AS INTEGER) END,
  CASE WHEN plain IN ('是', '有', 'Y', '1', '√') THEN 1
       WHEN plain IN ('否', '无', 'N', '0', '×') THEN 0 END,
  CASE WHEN date(day) = day THEN day END
FROM narrow JOIN written_day USING (line, name);

CREATE VIEW spoiled AS
SELECT line FROM value JOIN form USING (name)
WHERE (type = 'code' AND text GLOB '[0-9]*E+[0-9]*')
   OR (type = 'day' AND text GLOB '[0-9][0-9][0-9][0-9][0-9]');
