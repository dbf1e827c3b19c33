-- cells.sql: the lines of an export, in raw(text), become cells: an independent reader
-- of CSV. A cell may be quoted and then hold commas, doubled quotation marks and up to
-- 256 line ends. A row that does not parse costs its first line only.
--
-- Gives header(place, title), cell(line, place, text) of the rows whose form is good,
-- and fault(line, reason) of the others. Lines without any character are not expected.

CREATE TABLE physical (line INTEGER PRIMARY KEY, text TEXT NOT NULL);
INSERT INTO physical
SELECT rowid,
       rtrim(CASE rowid WHEN 1 THEN ltrim(text, char(65279)) ELSE text END, char(13))
FROM raw;

-- Without a quotation mark a row is what stands between the commas.
CREATE TABLE parsed (start INTEGER PRIMARY KEY, last INTEGER, cells TEXT, good INTEGER);
INSERT INTO parsed
SELECT line, line,
       '["' || replace(replace(replace(text, '\', '\\'), char(9), '\t'), ',', '","') || '"]',
       1
FROM physical WHERE instr(text, '"') = 0;

-- Each line's characters, and '' behind the last one.
CREATE TABLE letter (line INTEGER, at INTEGER, c TEXT, PRIMARY KEY (line, at)) WITHOUT ROWID;
WITH RECURSIVE number (n) AS (
  SELECT 1
  UNION ALL
  SELECT n + 1 FROM number WHERE n <= (SELECT max(length(text)) FROM physical)
)
INSERT INTO letter SELECT line, n, substr(text, n, 1)
FROM physical JOIN number ON n <= length(text) + 1;

-- With a quotation mark a row is read character by character. The state is 0 at the
-- start of a cell, 1 in a bare one, 2 between quotation marks, 3 after a mark that may be
-- the last; verdict is 0 while reading, 1 for a good row, 2 for a broken one.
WITH RECURSIVE
  reading (start, line, at, state, done, cell, verdict) AS (
    SELECT line, line, 1, 0, '[]', '', 0 FROM physical WHERE instr(text, '"') > 0
    UNION ALL
    SELECT
      start,
      CASE WHEN state = 2 AND c = '' THEN r.line + 1 ELSE r.line END,
      CASE WHEN state = 2 AND c = '' THEN 1 ELSE r.at + 1 END,
      CASE
        WHEN state <> 2 AND c = ',' THEN 0
        WHEN state = 0 AND c = '"' THEN 2
        WHEN state IN (0, 1) THEN 1
        WHEN state = 2 AND c = '"' THEN 3
        ELSE 2
      END,
      CASE WHEN state <> 2 AND c IN (',', '') THEN json_insert(done, '$[#]', cell)
           ELSE done END,
      CASE
        WHEN state <> 2 AND c IN (',', '') THEN ''
        WHEN state = 0 AND c = '"' THEN ''
        WHEN state = 2 AND c = '"' THEN cell
        WHEN state = 2 AND c = '' THEN cell || char(10)
        ELSE cell || c
      END,
      CASE
        WHEN state <> 2 AND c = '' THEN 1
        WHEN state = 3 AND c NOT IN ('"', ',') THEN 2
        WHEN state = 2 AND c = ''
             AND (r.line - start = 256 OR r.line = (SELECT max(line) FROM physical)) THEN 2
        ELSE 0
      END
    FROM reading r JOIN letter l ON l.line = r.line AND l.at = r.at
    WHERE verdict = 0
  )
INSERT INTO parsed
SELECT start, line, done, verdict = 1 FROM reading WHERE verdict > 0;

-- After a good row the next one begins behind it, after a broken one on the next line.
CREATE TABLE record (line INTEGER PRIMARY KEY, cells TEXT, good INTEGER);
WITH RECURSIVE walk (line) AS (
  SELECT 1
  UNION ALL
  SELECT CASE WHEN good THEN last ELSE start END + 1 FROM walk JOIN parsed ON start = line
)
INSERT INTO record SELECT start, cells, good FROM walk JOIN parsed ON start = line;

CREATE TABLE header (place INTEGER PRIMARY KEY, title TEXT NOT NULL);
INSERT INTO header
SELECT key, trim(value, ' ' || char(9, 12288))
FROM record, json_each(cells) WHERE line = 1;

CREATE TABLE fault (line INTEGER PRIMARY KEY, reason TEXT NOT NULL);
INSERT INTO fault
SELECT line, CASE WHEN good THEN 'cells' ELSE 'quotes' END
FROM record
WHERE NOT good OR json_array_length(cells) <> (SELECT count(*) FROM header);

-- Outer spaces are nobody's meaning.
CREATE TABLE cell (line INTEGER, place INTEGER, text TEXT NOT NULL,
                   PRIMARY KEY (line, place)) WITHOUT ROWID;
INSERT INTO cell
SELECT line, key, trim(value, ' ' || char(9, 10, 12288))
FROM record, json_each(cells)
WHERE line > 1 AND line NOT IN (SELECT line FROM fault);
