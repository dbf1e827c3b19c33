-- A workspace's database of version 1, as zicha made it before there was a ledger.
CREATE TABLE plan (  id TEXT PRIMARY KEY, place TEXT NOT NULL, added TEXT NOT NULL,  position INTEGER NOT NULL) STRICT;
CREATE TABLE answer (  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, plan TEXT NOT NULL,  item TEXT NOT NULL, body TEXT NOT NULL, source TEXT NOT NULL) STRICT;
CREATE INDEX answer_item ON answer (plan, item, seq);
CREATE TRIGGER answer_stays BEFORE UPDATE ON answer BEGIN  SELECT RAISE(ABORT, 'answers are not changed'); END;
CREATE TRIGGER answer_kept BEFORE DELETE ON answer BEGIN  SELECT RAISE(ABORT, 'answers are not deleted'); END;
CREATE TABLE handed (  name TEXT PRIMARY KEY, time TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE evidence (  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, plan TEXT NOT NULL,  item TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,  size INTEGER NOT NULL) STRICT;
CREATE INDEX evidence_item ON evidence (plan, item, seq);
CREATE TABLE run (  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time TEXT NOT NULL,  plan TEXT NOT NULL, inputs TEXT NOT NULL, record TEXT NOT NULL,  sha256 TEXT NOT NULL) STRICT;
CREATE INDEX run_plan ON run (plan, seq);
PRAGMA application_id=2053727080;
PRAGMA user_version=1;
INSERT INTO answer VALUES (1, '2023-05-02T01:00:00Z', 'county/test', 'posted', '{"value":false}', 'command');
INSERT INTO answer VALUES (2, '2023-05-02T01:00:00Z', 'county/test', 'meetings', '{"value":1}', 'command');
INSERT INTO answer VALUES (3, '2023-05-02T01:00:01Z', 'county/test', 'meetings', '{"value":3}', 'command');
