/* import: how the tables of a facility come in. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "cli/message.h"
#include "cli/meter.h"
#include "cli/plans.h"
#include "cli/scanning.h"
#include "cli/screen.h"
#include "document/document.h"
#include "facility/commands.h"
#include "facility/findings.h"
#include "facility/importing.h"

#define TABLE_LIMIT ((size_t)1 << 40)

/* ---- import: options --------------------------------------------------------- */

/* Splits NAME<sep>REST at the first separator; false if there is none. */
static bool split(const char *text, char separator, char *name, size_t room,
                  const char **rest)
{
  const char *at = strchr(text, separator);
  if (at == NULL || at == text || (size_t)(at - text) >= room)
    return false;
  memcpy(name, text, (size_t)(at - text));
  name[at - text] = '\0';
  *rest = at + 1;
  return true;
}

static zc_code wrong_form(const char *option, const char *value, const char *form,
                          zc_err *err)
{
  return zc_fail(err, ZC_EUSAGE, "--{option} {value} is not of the form {form}",
                 "option", option, "value", value, "form", form, NULL);
}

/* A column may be named by any of its titles; what is none of them stays, to be told. */
static const char *column_id(const json_t *dataset, const char *name)
{
  size_t index, inner;
  const json_t *column, *title;
  json_array_foreach(json_object_get(dataset, "columns"), index, column)
  {
    json_array_foreach(json_object_get(column, "titles"), inner, title)
    {
      if (strcmp(json_string_value(title), name) == 0)
        return zc_get_text(column, "id");
    }
  }
  return name;
}

/* --map COL=HEADER, --map-value COL:CELL=VALUE, --blank COL=WORD as one map. */
static zc_code read_options(const zc_cli *cli, const json_t *dataset, json_t *options,
                            zc_err *err)
{
  json_t *map = json_object(), *values = json_object(), *blank = json_object();
  char column[100], cell[300];
  const char *rest, *word;
  const json_t *entry;
  size_t index;
  int bad = json_object_set_new(options, "map", map) |
            json_object_set_new(options, "values", values) |
            json_object_set_new(options, "blank", blank);
  json_array_foreach(zc_option_values(cli, "map"), index, entry)
  {
    const char *text = json_string_value(entry);
    if (!split(text, '=', column, sizeof column, &rest))
      return wrong_form("map", text, "COLUMN=HEADER", err);
    bad |= json_object_set_new(map, column_id(dataset, column), json_string(rest));
  }
  json_array_foreach(zc_option_values(cli, "map-value"), index, entry)
  {
    const char *text = json_string_value(entry);
    if (!split(text, ':', column, sizeof column, &rest) ||
        !split(rest, '=', cell, sizeof cell, &word))
      return wrong_form("map-value", text, "COLUMN:CELL=VALUE", err);
    const char *id = column_id(dataset, column);
    json_t *of_column = json_object_get(values, id);
    if (of_column == NULL) {
      of_column = json_object();
      bad |= json_object_set_new(values, id, of_column);
    }
    bad |= json_object_set_new(of_column, cell, json_string(word));
  }
  json_array_foreach(zc_option_values(cli, "blank"), index, entry)
  {
    const char *text = json_string_value(entry);
    if (!split(text, '=', column, sizeof column, &rest) ||
        (strcmp(rest, "no") != 0 && strcmp(rest, "zero") != 0 &&
         strcmp(rest, "unknown") != 0 && strcmp(rest, "never") != 0))
      return wrong_form("blank", text, "COLUMN=no|zero|unknown|never", err);
    bad |= json_object_set_new(blank, column_id(dataset, column), json_string(rest));
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* --covers FROM..TO; *covers is owned, NULL when it was not given. */
static zc_code read_covers(const zc_cli *cli, json_t **covers, zc_err *err)
{
  const char *text = zc_option_value(cli, "covers");
  int32_t from, to;
  if (text == NULL)
    return ZC_OK;
  if (strlen(text) != 22 || strncmp(text + 10, "..", 2) != 0 ||
      !zc_day_parse(text, 10, &from) || !zc_day_parse(text + 12, 10, &to) || from > to)
    return wrong_form("covers", text, "2023-03-01..2023-05-31", err);
  *covers = json_object();
  int bad = json_object_set_new(*covers, "from", json_stringn(text, 10));
  bad |= json_object_set_new(*covers, "to", json_stringn(text + 12, 10));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- import: keeping --------------------------------------------------------- */

/* Columns whose blanks were taken for no or zero, with how many there were. */
static json_t *assumed_blanks(const json_t *dataset, const json_t *options,
                              const json_t *summary)
{
  const json_t *given = json_object_get(options, "blank"), *column;
  json_t *list = json_array();
  size_t index;
  int bad = list == NULL;
  json_array_foreach(json_object_get(summary, "columns"), index, column)
  {
    const char *id = zc_get_text(column, "id");
    const json_t *declared = json_array_get(json_object_get(dataset, "columns"), index);
    const char *as = zc_text_or(zc_get_text(given, id), zc_get_text(declared, "blank"));
    json_int_t count = zc_get_integer(column, "blank", 0);
    if (count == 0 || as == NULL || strcmp(as, "unknown") == 0 ||
        !zc_get_flag(column, "found"))
      continue;
    json_t *entry = json_object();
    bad |= json_object_set(entry, "title", json_object_get(column, "title"));
    bad |= json_object_set_new(entry, "as", json_string(as));
    bad |= json_object_set_new(entry, "count", json_integer(count));
    bad |= json_array_append_new(list, entry);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static json_int_t bad_cells(const json_t *summary)
{
  json_int_t total = 0;
  size_t index;
  const json_t *column;
  json_array_foreach(json_object_get(summary, "columns"), index, column)
      total += zc_get_integer(column, "bad", 0);
  return total;
}

static int describe_file(json_t *body, const char *file, const char *digits,
                         const struct stat *about)
{
  int bad = json_object_set_new(body, "file", json_string(file));
  bad |= json_object_set_new(body, "sha256", json_string(digits));
  char fingerprint[ZC_FINGERPRINT_ROOM];
  zc_file_fingerprint(about, fingerprint);
  bad |= json_object_set_new(body, "size", json_integer(about->st_size));
  return bad | json_object_set_new(body, "fingerprint", json_string(fingerprint));
}

/* `read_on` stands where the range depends on the business date. */
static int describe_rows(json_t *body, const json_t *dataset, json_t *options,
                         const json_t *summary, const char *today)
{
  static const char *const kept[] = {"rows", "malformed", "from", "to", "gb18030"};
  int bad = json_object_set(body, "options", options);
  bad |= json_object_set(body, "title", json_object_get(dataset, "title"));
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_t *value = json_object_get(summary, kept[i]);
    if (value != NULL)
      bad |= json_object_set(body, kept[i], value);
  }
  if (json_object_get(summary, "later") != NULL)
    bad |= json_object_set_new(body, "read_on", json_string(today));
  bad |= json_object_set_new(body, "bad", json_integer(bad_cells(summary)));
  return bad |
         json_object_set_new(body, "blanks", assumed_blanks(dataset, options, summary));
}

typedef struct {
  zc_workspace *workspace;
  json_t *dataset, *options, *covers;
  bool strict;
  json_t *tables;     /* as they were before */
  const char *source; /* the file that the user named */
  zc_draft *draft;    /* the copy in the making, NULL: none */
  int copy;           /* the same, opened for reading */
  size_t size;
  zc_scanning *scanning; /* of the copy, NULL: none */
  zc_meter meter;
  uint64_t looked; /* bytes that were hashed when the reading was last looked at */
  char final[240], digits[ZC_HASH_ROOM];
  zc_err *err;
} importing;

static const char *title_of(const importing *m)
{
  return zc_get_text(m->dataset, "title");
}

/* A copy of what was written meanwhile may be half of the one and half of the other. */
static zc_code check_source(const importing *m, int from, const struct stat *before)
{
  struct stat about;
  char one[ZC_FINGERPRINT_ROOM], two[ZC_FINGERPRINT_ROOM];
  if (fstat(from, &about) != 0)
    return ZC_OK; /* it could be read */
  zc_file_fingerprint(before, one);
  zc_file_fingerprint(&about, two);
  return strcmp(one, two) == 0
             ? ZC_OK
             : zc_fail(m->err, ZC_EDATA,
                       "{file} changed while it was read; try again when nobody writes "
                       "there",
                       "file", m->source, NULL);
}

/* Copies the source, which is read this once: whatever becomes of it then, what is hashed,
 * judged and kept is the copy. */
static zc_code copy_in(importing *m)
{
  char path[120];
  struct stat about;
  int from;
  zc_code code = zc_file_open(m->source, &from, &about, m->err);
  if (code != ZC_OK)
    return code;
  snprintf(path, sizeof path, "data/%.100s", zc_get_text(m->dataset, "id"));
  code = zc_draft_begin(m->workspace->fd, path, 0400, &m->draft, m->err);
  if (code == ZC_OK) {
    zc_meter_begin(&m->meter, title_of(m), N_("copying"), (uint64_t)about.st_size);
    code = zc_draft_copy(m->draft, from, m->source, TABLE_LIMIT,
                         zc_meter_watch(&m->meter), m->err);
    zc_meter_end(&m->meter);
  }
  if (code == ZC_OK)
    code = check_source(m, from, &about);
  close(from);
  if (code == ZC_OK)
    code = zc_draft_open(m->draft, &m->copy, m->err);
  if (code == ZC_OK && fstat(m->copy, &about) == 0)
    m->size = (size_t)about.st_size;
  return code;
}

/* An evaluator begins to read the copy. */
static zc_code start_reading(importing *m)
{
  zc_meter_begin(&m->meter, title_of(m), N_("reading"), m->size);
  return zc_scanning_start(m->workspace->cli, m->dataset, m->copy, m->source,
                           m->options, m->workspace->cli->today,
                           zc_meter_watch(&m->meter), &m->scanning, m->err);
}

#define LOOK_BYTES ((uint64_t)4 << 20)

/* Between two pieces of the hash: how far has the evaluator come? An error of its is told
 * when it has to be waited for. */
static void look(void *context, uint64_t bytes, uint64_t rows)
{
  importing *m = context;
  zc_err ignored;
  (void)rows;
  if (bytes < m->looked + LOOK_BYTES)
    return;
  m->looked = bytes;
  zc_scanning_look(m->scanning, &ignored);
}

/* Hashes the copy and brings it to the disk while it is read. */
static zc_code seal(importing *m)
{
  zc_watch watch = {look, m};
  zc_code code = zc_file_hash_watched(m->copy, m->source,
                                      zc_meter_watch(&m->meter) == NULL ? NULL : &watch,
                                      m->digits, m->err);
  snprintf(m->final, sizeof m->final, "data/%.100s-%.12s.csv",
           zc_get_text(m->dataset, "id"), m->digits);
  return code == ZC_OK ? zc_draft_flush(m->draft, m->err) : code;
}

static zc_code finish_reading(importing *m, json_t **reply)
{
  zc_code code = zc_scanning_finish(m->scanning, reply, m->err);
  m->scanning = NULL;
  zc_meter_end(&m->meter);
  if (code != ZC_OK)
    return code;
  json_t *faults = json_object_get(*reply, "faults");
  zc_print_faults(faults, NULL);
  if (zc_fault_errors(faults) > 0 || json_object_get(*reply, "summary") == NULL)
    return zc_fail(m->err, ZC_EDATA, "{file} was not imported", "file", m->source,
                   NULL);
  return ZC_OK;
}

/* What the table was before, NULL when there was none. */
static const json_t *known(const importing *m)
{
  return json_object_get(m->tables, zc_get_text(m->dataset, "id"));
}

static zc_code keep(importing *m, const json_t *summary)
{
  struct stat about;
  int fd;
  json_t *body = json_object();
  /* The copy of an earlier import, which runs are recorded of: it stays in any case. */
  bool there = faccessat(m->workspace->fd, m->final, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  zc_code code = zc_draft_commit_as(m->draft, zc_path_name(m->final), m->err);
  m->draft = NULL;
  if (code == ZC_OK)
    code = zc_file_open_beneath(m->workspace->fd, m->final, &fd, &about, m->err);
  if (code == ZC_OK) {
    close(fd);
    if (describe_file(body, m->final, m->digits, &about) != 0 ||
        describe_rows(body, m->dataset, m->options, summary,
                      m->workspace->cli->today) != 0)
      code = zc_fail_memory(m->err);
  }
  if (code == ZC_OK && m->covers != NULL &&
      json_object_set(body, "covers", m->covers) != 0)
    code = zc_fail_memory(m->err);
  if (code == ZC_OK)
    code = zc_store_table(m->workspace->store, zc_get_text(m->dataset, "id"), body,
                          m->workspace->cli->now, m->err);
  if (code != ZC_OK && !there)
    unlinkat(m->workspace->fd, m->final, 0);
  json_decref(body);
  return code;
}

/* The same file with the same options as before is nothing to do again, unless its copy
 * was changed since: importing it again is how that is mended. --strict refuses now what it
 * would have refused then. */
static bool unchanged(const importing *m)
{
  const char *sha256 = zc_get_text(known(m), "sha256");
  const char *file = zc_get_text(known(m), "file");
  const char *day = zc_get_text(known(m), "read_on");
  struct stat about;
  char own[ZC_FINGERPRINT_ROOM];
  return sha256 != NULL && file != NULL && strcmp(sha256, m->digits) == 0 &&
         json_equal(json_object_get(known(m), "options"), m->options) &&
         m->covers == NULL &&
         (day == NULL || strcmp(day, m->workspace->cli->today) == 0) &&
         (!m->strict || zc_get_integer(known(m), "malformed", 0) == 0) &&
         fstatat(m->workspace->fd, file, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
         (zc_file_fingerprint(&about, own),
          strcmp(own, zc_text_of(known(m), "fingerprint")) == 0);
}

/* A file in which nothing could be read does not take the place of one that had rows. */
static zc_code check_rows(importing *m, const json_t *summary)
{
  json_int_t before = zc_get_integer(known(m), "rows", 0);
  if (before == 0 || zc_get_integer(summary, "rows", 0) > 0)
    return ZC_OK;
  zc_findings_malformed(summary);
  return zc_fail(m->err, ZC_EDATA,
                 "{file} has no row that can be read: it was not imported, and the "
                 "{rows} rows that were imported before stand",
                 "file", m->source, "rows", ZC_DIGITS(before), NULL);
}

/* What --strict refuses. */
static zc_code check_strictly(importing *m, const json_t *summary)
{
  json_int_t malformed = zc_get_integer(summary, "malformed", 0);
  if (!m->strict || malformed == 0)
    return ZC_OK;
  zc_findings_kinds(summary);
  return zc_fail(m->err, ZC_EDATA,
                 "{file} has {count} malformed rows: with --strict it was not imported",
                 "file", m->source, "count", ZC_DIGITS(malformed), NULL);
}

static zc_code judge_and_keep(importing *m)
{
  json_t *reply = NULL;
  zc_code code = finish_reading(m, &reply);
  const json_t *summary = json_object_get(reply, "summary");
  json_int_t before = zc_get_integer(known(m), "rows", 0);
  if (code == ZC_OK)
    code = check_strictly(m, summary);
  if (code == ZC_OK)
    code = check_rows(m, summary);
  if (code == ZC_OK)
    code = keep(m, summary);
  if (code == ZC_OK) {
    zc_findings_print(m->dataset, summary);
    zc_findings_warn(summary, before, m->workspace->cli->today);
  }
  json_decref(reply);
  return code;
}

/* Whatever is left of an import that did not come to its end. */
static void give_up(importing *m)
{
  zc_scanning_stop(m->scanning);
  zc_meter_end(&m->meter);
  zc_draft_drop(m->draft);
  if (m->copy >= 0)
    close(m->copy);
  json_decref(m->tables);
}

static zc_code import_source(importing *m)
{
  zc_code code = zc_store_tables(m->workspace->store, &m->tables, m->err);
  zc_drafts_sweep(m->workspace->fd, "data");
  if (code == ZC_OK)
    code = copy_in(m);
  if (code == ZC_OK)
    code = start_reading(m);
  if (code == ZC_OK)
    code = seal(m);
  if (code == ZC_OK && unchanged(m)) {
    zc_meter_end(&m->meter);
    zc_say_line(N_("{title}: this file is imported already, nothing has changed"),
                json_pack("{s:s}", "title", title_of(m)));
    return ZC_OK;
  }
  return code == ZC_OK ? judge_and_keep(m) : code;
}

zc_code zc_import_file(zc_workspace *workspace, json_t *dataset, json_t *options,
                       json_t *covers, bool strict, const char *source, zc_err *err)
{
  importing m = {.workspace = workspace,
                 .dataset = dataset,
                 .options = options,
                 .covers = covers,
                 .strict = strict,
                 .source = source,
                 .copy = -1,
                 .err = err};
  zc_code code = import_source(&m);
  give_up(&m);
  return code;
}

/* ---- import: the command ----------------------------------------------------- */

/* Of one table, the facility has no data. */
static zc_code keep_absent(zc_workspace *workspace, const json_t *dataset,
                           const json_t *before, const char *reason, zc_err *err)
{
  const char *id = zc_get_text(dataset, "id");
  json_t *body = json_pack("{s:s, s:O}", "absent", reason, "title",
                           json_object_get(dataset, "title"));
  zc_code code = body == NULL
                     ? zc_fail(err, ZC_EDATA, "the reason is not UTF-8 text", NULL)
                     : zc_store_table(workspace->store, id, body, workspace->cli->now,
                                      err);
  if (code == ZC_OK) {
    zc_say_line(N_("{title}: does not exist here; items that have a question for this "
                   "case ask a person"),
                json_pack("{s:s}", "title", zc_get_text(dataset, "title")));
    zc_findings_withdrawn(dataset, json_object_get(before, id));
  }
  json_decref(body);
  return code;
}

/* TABLE,TABLE… as an array of what describes each. */
static zc_code find_datasets(zc_workspace *workspace, const char *names,
                             json_t *datasets, zc_err *err)
{
  zc_code code = ZC_OK;
  char *copy = strdup(names), *rest = copy, *name;
  if (copy == NULL)
    return zc_fail_memory(err);
  while (code == ZC_OK && (name = strsep(&rest, ",")) != NULL) {
    json_t *dataset;
    code = zc_find_dataset(workspace, name, &dataset, err);
    if (code == ZC_OK && json_array_append_new(datasets, dataset) != 0)
      code = zc_fail_memory(err);
  }
  free(copy);
  return code;
}

/* import --none TABLE[,TABLE…] REASON: the facility has no such data. Nothing is kept
   unless all are tables. */
static zc_code declare_absent(zc_workspace *workspace, const char *names, zc_err *err)
{
  const zc_cli *cli = workspace->cli;
  const char *reason = cli->argument_count == 1 ? cli->arguments[0] : "";
  json_t *tables = NULL, *datasets;
  const json_t *dataset;
  size_t index;
  if (zc_option_value(cli, "strict") != NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "--strict says how a file is read; with --none there is no file",
                   NULL);
  if (reason[strspn(reason, " \t")] == '\0')
    return zc_fail(err, ZC_EUSAGE,
                   "say why the table does not exist: import --none TABLE REASON",
                   NULL);
  datasets = json_array();
  zc_code code = find_datasets(workspace, names, datasets, err);
  if (code == ZC_OK)
    code = zc_store_tables(workspace->store, &tables, err);
  json_array_foreach(datasets, index, dataset)
  {
    if (code == ZC_OK)
      code = keep_absent(workspace, dataset, tables, reason, err);
  }
  json_decref(tables);
  json_decref(datasets);
  return code;
}

/* import TABLE FILE */
static zc_code import_as_told(zc_workspace *workspace, zc_err *err)
{
  zc_cli *cli = workspace->cli;
  json_t *dataset = NULL, *options = json_object(), *covers = NULL;
  zc_code code = read_covers(cli, &covers, err);
  if (code == ZC_OK)
    code = zc_find_dataset(workspace, cli->arguments[0], &dataset, err);
  if (code == ZC_OK)
    code = read_options(cli, dataset, options, err);
  if (code == ZC_OK)
    code = zc_import_file(workspace, dataset, options, covers,
                          zc_option_value(cli, "strict") != NULL, cli->arguments[1],
                          err);
  json_decref(dataset);
  json_decref(options);
  json_decref(covers);
  return code;
}

int zc_command_import(zc_cli *cli)
{
  zc_workspace workspace;
  zc_err err;
  const char *none = zc_option_value(cli, "none");
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK && none != NULL) {
    code = declare_absent(&workspace, none, &err);
  } else if (code == ZC_OK && cli->argument_count != 2) {
    code = zc_fail(&err, ZC_EUSAGE, "name the table and the file: import TABLE FILE",
                   NULL);
  } else if (code == ZC_OK) {
    code = import_as_told(&workspace, &err);
  }
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
