/* The database file: who may open it, what it refuses, what survives. */
#include "store/store.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/file.h"
#include "folder.h"
#include "store/sql.h"

#define TIME "2023-06-30T08:00:00"

static zc_store *open_store(const folder *f, bool make)
{
  zc_err err;
  zc_store *store;
  cr_assert(eq(int, zc_store_open(f->path, make, &store, &err), ZC_OK), "%s", err.text);
  return store;
}

static zc_code try_open(const folder *f, bool make, zc_err *err)
{
  zc_store *store;
  zc_code code = zc_store_open(f->path, make, &store, err);
  if (code != ZC_OK)
    cr_expect(eq(ptr, store, NULL));
  zc_store_close(store);
  return code;
}

static void run_sql(zc_store *store, const char *sql)
{
  zc_err err;
  cr_assert(eq(int, zc_sql(store, sql, NULL, NULL, &err), ZC_OK), "%s", sql);
}

/* The first value of a query, as text. */
static const char *ask(zc_store *store, const char *sql)
{
  static char room[200];
  zc_err err;
  json_t *rows;
  cr_assert(eq(int, zc_sql(store, sql, NULL, &rows, &err), ZC_OK), "%s", sql);
  const json_t *value = json_array_get(json_array_get(rows, 0), 0);
  if (json_is_integer(value))
    snprintf(room, sizeof room, "%lld", (long long)json_integer_value(value));
  else
    snprintf(room, sizeof room, "%s", zc_text_or(json_string_value(value), "nothing"));
  json_decref(rows);
  return room;
}

static zc_code answer(zc_store *store, const char *item, const char *text, zc_err *err)
{
  json_t *value = json_pack("{s:s}", "value", text);
  zc_code code = zc_store_answer(store, "county/test", item, value, "command", TIME,
                                 err);
  json_decref(value);
  return code;
}

static char *answer_of(zc_store *store, const char *item)
{
  static char room[200];
  zc_err err;
  json_t *answers;
  cr_assert(eq(int, zc_store_answers(store, "county/test", &answers, &err), ZC_OK));
  snprintf(room, sizeof room, "%s",
           zc_text_or(zc_get_text(json_object_get(answers, item), "value"), "nothing"));
  json_decref(answers);
  return room;
}

/* ---- making and opening ---------------------------------------------------------------- */

Test(store, a_made_workspace_opens_again_and_keeps_what_it_was_told)
{
  folder f = folder_new();
  zc_err err;
  zc_store *store = open_store(&f, true);
  cr_assert(eq(int, answer(store, "posted", "是", &err), ZC_OK));
  zc_store_close(store);
  store = open_store(&f, false);
  cr_expect(eq(str, answer_of(store, "posted"), (char *)"是"));
  zc_store_close(store);
  folder_free(&f);
}

Test(store, making_a_workspace_where_one_is_keeps_it)
{
  folder f = folder_new();
  zc_err err;
  zc_store *store = open_store(&f, true);
  cr_assert(eq(int, answer(store, "posted", "是", &err), ZC_OK));
  zc_store_close(store);
  store = open_store(&f, true);
  cr_expect(eq(str, answer_of(store, "posted"), (char *)"是"));
  zc_store_close(store);
  folder_free(&f);
}

Test(store, a_folder_without_a_workspace_is_told_and_left_empty)
{
  folder f = folder_new();
  zc_err err;
  cr_expect(eq(int, try_open(&f, false, &err), ZC_EOPEN));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), f.path));
  cr_expect(eq(sz, folder_count(&f), 0));
  folder_free(&f);
}

Test(store, a_folder_that_is_not_there_cannot_be_written)
{
  zc_err err;
  zc_store *store;
  cr_expect(eq(int, zc_store_open("/nowhere/at/all", true, &store, &err), ZC_EWRITE));
  cr_expect(eq(ptr, store, NULL));
}

Test(store, a_workspace_in_a_folder_behind_a_link_opens)
{
  folder f = folder_new();
  zc_err err;
  zc_store *store;
  folder_make(&f, "real");
  cr_assert(symlinkat("real", f.fd, "link") == 0);
  cr_assert(eq(int, zc_store_open(folder_path(&f, "real"), true, &store, &err), ZC_OK));
  zc_store_close(store);
  cr_expect(eq(int, zc_store_open(folder_path(&f, "link"), false, &store, &err), ZC_OK),
            "%s", err.text);
  zc_store_close(store);
  folder_free(&f);
}

Test(store, a_database_that_is_a_link_is_not_followed)
{
  folder f = folder_new(), other = folder_new();
  zc_err err;
  zc_store_close(open_store(&other, true));
  cr_assert(
      symlink(folder_path(&other, ZC_STORE_FILE), folder_path(&f, ZC_STORE_FILE)) == 0);
  cr_expect(ne(int, try_open(&f, false, &err), ZC_OK));
  folder_free(&f);
  folder_free(&other);
}

Test(store, opening_leaves_no_descriptor_open)
{
  folder f = folder_new();
  zc_err err;
  zc_store_close(open_store(&f, true));
  size_t before = open_descriptors();
  zc_store_close(open_store(&f, false));
  cr_expect(eq(sz, open_descriptors(), before));
  folder_put(&f, ZC_STORE_FILE, "no database");
  try_open(&f, false, &err);
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

/* ---- what is refused ------------------------------------------------------------------- */

/* Makes a workspace, has SQL change it, and expects it to be refused unchanged. */
static void refused_after(const char *sql, zc_code wanted, const char *text)
{
  folder f = folder_new();
  zc_err err;
  sqlite3 *db;
  char before[65], after[65];
  zc_store_close(open_store(&f, true));
  cr_assert(eq(int, sqlite3_open(folder_path(&f, ZC_STORE_FILE), &db), SQLITE_OK));
  cr_assert(eq(int, sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK), "%s", sql);
  sqlite3_close(db);
  int fd = openat(f.fd, ZC_STORE_FILE, O_RDONLY);
  cr_assert(eq(int, zc_file_hash(fd, "db", before, &err), ZC_OK));
  cr_expect(eq(int, try_open(&f, false, &err), wanted), "%s", sql);
  cr_expect(strstr(err.text, text) != NULL, "%s: %s", sql, err.text);
  cr_expect(eq(int, try_open(&f, true, &err), wanted), "%s", sql);
  cr_assert(eq(int, zc_file_hash(fd, "db", after, &err), ZC_OK));
  cr_expect(eq(str, before, after), "%s", sql);
  close(fd);
  folder_free(&f);
}

Test(store, a_database_of_a_newer_zicha_is_refused_unchanged)
{
  refused_after("PRAGMA user_version = 99", ZC_EDATA, "newer zicha");
}

Test(store, a_database_of_another_program_is_refused_unchanged)
{
  refused_after("PRAGMA application_id = 1", ZC_EDATA, "not a workspace");
  refused_after("PRAGMA application_id = 0", ZC_EDATA, "not a workspace");
}

Test(store, a_newer_database_names_both_versions)
{
  folder f = folder_new();
  zc_err err;
  zc_store *store = open_store(&f, true);
  run_sql(store, "PRAGMA user_version = 99");
  zc_store_close(store);
  cr_assert(eq(int, try_open(&f, false, &err), ZC_EDATA));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "version"), (char *)"99"));
  cr_expect(ne(ptr, (void *)zc_err_argument(&err, "known"), NULL));
  folder_free(&f);
}

Test(store, a_file_that_is_no_database_is_refused_unchanged)
{
  folder f = folder_new();
  zc_err err;
  folder_put(&f, ZC_STORE_FILE, "these are notes, and not a database of any kind\n");
  cr_expect(eq(int, try_open(&f, false, &err), ZC_EDATA));
  cr_expect(eq(int, try_open(&f, true, &err), ZC_EDATA));
  cr_expect(eq(str, folder_text(&f, ZC_STORE_FILE),
               (char *)"these are notes, and not a database of any kind\n"));
  folder_free(&f);
}

Test(store, an_empty_database_is_no_workspace_unless_one_is_made)
{
  folder f = folder_new();
  zc_err err;
  folder_put(&f, ZC_STORE_FILE, "");
  cr_expect(eq(int, try_open(&f, false, &err), ZC_EDATA));
  cr_expect(eq(int, try_open(&f, true, &err), ZC_OK));
  folder_free(&f);
}

Test(store, a_database_that_may_only_be_read_is_told_before_anything_is_lost)
{
  folder f = folder_new();
  zc_err err;
  zc_store_close(open_store(&f, true));
  cr_assert(fchmodat(f.fd, ZC_STORE_FILE, 0444, 0) == 0);
  folder_as_nobody(&f);
  cr_expect(eq(int, try_open(&f, false, &err), ZC_EWRITE));
  cr_expect(ne(ptr, (void *)zc_err_argument(&err, "path"), NULL));
  folder_as_before();
  folder_free(&f);
}

Test(store, a_damaged_database_is_found_by_the_check)
{
  folder f = folder_new();
  zc_err err;
  zc_store *store = open_store(&f, true);
  static char text[3000];
  memset(text, 'x', sizeof text - 1);
  for (int i = 0; i < 40; i++)
    cr_assert(eq(int, answer(store, "posted", text, &err), ZC_OK));
  cr_expect(eq(int, zc_store_check(store, &err), ZC_OK));
  int size = atoi(ask(store, "PRAGMA page_size"));
  int page = atoi(
      ask(store, "SELECT rootpage FROM sqlite_schema WHERE name = 'answer'"));
  zc_store_close(store);
  int fd = openat(f.fd, ZC_STORE_FILE, O_WRONLY);
  cr_assert(eq(int, (int)pwrite(fd, text, 100, (off_t)(page - 1) * size), 100));
  close(fd);
  store = open_store(&f, false);
  cr_expect(eq(int, zc_store_check(store, &err), ZC_EDATA));
  zc_store_close(store);
  folder_free(&f);
}

/* ---- how it is kept ------------------------------------------------------------------------ */

Test(store, the_settings_are_those_of_the_design)
{
  static const char *const wanted[][2] = {{"PRAGMA journal_mode", "delete"},
                                          {"PRAGMA synchronous", "3"},
                                          {"PRAGMA foreign_keys", "1"},
                                          {"PRAGMA recursive_triggers", "1"},
                                          {"PRAGMA cell_size_check", "1"},
                                          {"PRAGMA trusted_schema", "0"},
                                          {"PRAGMA busy_timeout", "5000"}};
  folder f = folder_new();
  zc_store *store = open_store(&f, true);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    cr_expect(eq(str, (char *)ask(store, wanted[i][0]), (char *)wanted[i][1]), "%s",
              wanted[i][0]);
  zc_store_close(store);
  folder_free(&f);
}

Test(store, every_table_is_strict)
{
  folder f = folder_new();
  zc_store *store = open_store(&f, true);
  cr_expect(
      eq(str,
         (char *)ask(store, "SELECT count(*) FROM pragma_table_list WHERE strict = 0"
                            " AND type = 'table' AND name NOT LIKE 'sqlite_%'"),
         (char *)"0"));
  cr_expect(
      gt(int,
         atoi(ask(store, "SELECT count(*) FROM pragma_table_list WHERE strict = 1")),
         3));
  zc_store_close(store);
  folder_free(&f);
}

Test(store, the_schema_cannot_be_edited)
{
  folder f = folder_new();
  zc_err err;
  zc_store *store = open_store(&f, true);
  run_sql(store, "PRAGMA writable_schema = ON");
  cr_expect(
      ne(int, zc_sql(store, "DELETE FROM sqlite_schema", NULL, NULL, &err), ZC_OK));
  zc_store_close(store);
  folder_free(&f);
}

Test(store, an_answer_is_never_changed_deleted_or_replaced)
{
  static const char *const tries[] =
      {"UPDATE answer SET body = '{}'", "DELETE FROM answer",
       "INSERT OR REPLACE INTO answer (seq, time, plan, item, body, source)"
       " VALUES (1, '', 'county/test', 'posted', '{}', '')"};
  folder f = folder_new();
  zc_err err;
  zc_store *store = open_store(&f, true);
  cr_assert(eq(int, answer(store, "posted", "是", &err), ZC_OK));
  for (size_t i = 0; i < 3; i++)
    cr_expect(ne(int, zc_sql(store, tries[i], NULL, NULL, &err), ZC_OK), "%s",
              tries[i]);
  cr_expect(eq(str, answer_of(store, "posted"), (char *)"是"));
  zc_store_close(store);
  folder_free(&f);
}

/* ---- other processes ----------------------------------------------------------------------- */

/* A process that writes, and holds what it writes until it is told to end. */
static pid_t start_writer(const folder *f, int *hold)
{
  int ready[2], held[2];
  char byte;
  cr_assert(pipe(ready) == 0 && pipe(held) == 0);
  pid_t child = fork();
  if (child == 0) {
    zc_err err;
    zc_store *store;
    close(held[1]);
    if (zc_store_open(f->path, false, &store, &err) != ZC_OK ||
        zc_sql_begin(store, &err) != ZC_OK)
      _exit(1);
    if (write(ready[1], "x", 1) != 1 || read(held[0], &byte, 1) < 0)
      _exit(2);
    _exit(zc_sql_end(store, ZC_OK, &err) == ZC_OK ? 0 : 3);
  }
  close(held[0]);
  close(ready[1]);
  cr_assert(eq(int, (int)read(ready[0], &byte, 1), 1));
  close(ready[0]);
  *hold = held[1];
  return child;
}

Test(store, a_second_writer_is_refused_while_the_first_writes)
{
  folder f = folder_new();
  zc_err err;
  int hold, status;
  zc_store *store = open_store(&f, true);
  sqlite3_busy_timeout(store->db, 50); /* five seconds would only make the test long */
  pid_t child = start_writer(&f, &hold);
  cr_expect(eq(int, answer(store, "posted", "是", &err), ZC_EIO));
  cr_expect(ne(ptr, strstr(err.text, "another zicha is writing"), NULL));
  cr_expect(eq(str, answer_of(store, "posted"), (char *)"nothing"));
  close(hold);
  cr_assert(eq(int, waitpid(child, &status, 0), child));
  cr_expect(eq(int, status, 0));
  cr_expect(eq(int, answer(store, "posted", "是", &err), ZC_OK));
  zc_store_close(store);
  folder_free(&f);
}

Test(store, a_second_writer_waits_for_the_first)
{
  folder f = folder_new();
  zc_err err;
  int hold, status;
  zc_store *store = open_store(&f, true);
  pid_t child = start_writer(&f, &hold);
  pid_t ender = fork();
  if (ender == 0) {
    usleep(300000);
    _exit(0);
  }
  /* The first ends when both copies of the pipe are closed: ours now, the other later. */
  close(hold);
  cr_expect(eq(int, answer(store, "posted", "是", &err), ZC_OK), "%s", err.text);
  waitpid(ender, &status, 0);
  cr_assert(eq(int, waitpid(child, &status, 0), child));
  cr_expect(eq(int, status, 0));
  zc_store_close(store);
  folder_free(&f);
}

Test(store, a_process_that_dies_while_writing_loses_nothing_that_was_acknowledged)
{
  folder f = folder_new();
  int status;
  zc_store_close(open_store(&f, true));
  pid_t child = fork();
  if (child == 0) {
    zc_err err;
    zc_store *store;
    if (zc_store_open(f.path, false, &store, &err) != ZC_OK ||
        answer(store, "posted", "是", &err) != ZC_OK)
      _exit(1);
    /* Pages go into the file before the end: only the journal can undo them. */
    if (zc_sql(store, "PRAGMA cache_size = 1", NULL, NULL, &err) != ZC_OK ||
        zc_sql_begin(store, &err) != ZC_OK ||
        zc_sql(
            store,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)"
            " INSERT INTO answer (time, plan, item, body, source)"
            " SELECT '', 'county/test', 'posted', printf('%.500c', 'x'), '' FROM n",
            NULL, NULL, &err) != ZC_OK)
      _exit(2);
    kill(getpid(), SIGKILL);
  }
  cr_assert(eq(int, waitpid(child, &status, 0), child));
  cr_assert(eq(int, status, SIGKILL));
  cr_assert(gt(sz, folder_count(&f), 1), "no journal was left, so this shows nothing");
  zc_err err;
  zc_store *store = open_store(&f, false);
  cr_expect(eq(int, zc_store_check(store, &err), ZC_OK));
  cr_expect(eq(str, answer_of(store, "posted"), (char *)"是"));
  cr_expect(eq(str, (char *)ask(store, "SELECT count(*) FROM answer"), (char *)"1"));
  zc_store_close(store);
  folder_free(&f);
}
