/* plan lint: everything that a plan's author should look at, at once. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "author/commands.h"
#include "base/file.h"
#include "cli/findings.h"
#include "cli/message.h"
#include "value/json.h"
#include "value/yaml.h"

/* ---- formats ------------------------------------------------------------------------- */

typedef struct {
  json_int_t errors, warnings, notes;
} totals;

static totals count(const json_t *findings)
{
  totals t = {0, 0, 0};
  size_t index;
  const json_t *finding;
  json_array_foreach(findings, index, finding)
  {
    const char *severity = zc_finding_severity(finding);
    t.errors += strcmp(severity, "error") == 0;
    t.warnings += strcmp(severity, "warning") == 0;
    t.notes += strcmp(severity, "note") == 0;
  }
  return t;
}

static void print_text(const json_t *findings, json_int_t accepted, const json_t *about)
{
  totals t = count(findings);
  size_t index;
  const json_t *finding;
  json_array_foreach(findings, index, finding) zc_finding_print(finding, stdout);
  zc_say_line(
      N_("{errors} errors, {warnings} warnings, {notes} notes; {accepted} findings "
         "accepted with a reason"),
      json_pack("{s:I, s:I, s:I, s:I}", "errors", t.errors, "warnings", t.warnings,
                "notes", t.notes, "accepted", accepted));
  json_array_foreach(json_object_get(about, "parents"), index, finding) zc_say_line(
      N_("{count} more findings concern the parent {layer}: `zicha plan lint {layer}`"),
      json_pack("{s:O, s:O}", "count", json_object_get(finding, "count"), "layer",
                json_object_get(finding, "layer")));
}

static zc_code print_document(json_t *document, zc_err *err)
{
  zc_buffer out = {0};
  zc_code code = document == NULL ? zc_fail_memory(err)
                                  : zc_json_canonical(document, &out, err);
  if (code == ZC_OK)
    printf("%s\n", out.data);
  zc_buffer_free(&out);
  json_decref(document);
  return code;
}

static zc_code print_json(const json_t *findings, json_int_t accepted,
                          const json_t *about, zc_err *err)
{
  totals t = count(findings);
  json_t *list = json_array(), *document = json_object(), *plan = json_object();
  size_t index;
  json_t *finding;
  int bad = list == NULL;
  json_array_foreach(findings, index, finding)
  {
    char code[ZC_FINDING_CODE];
    char *text = zc_finding_text(finding, "text"),
         *hint = zc_finding_text(finding, "hint");
    json_t *entry = json_copy(finding);
    zc_finding_code(finding, code);
    bad |= json_object_set_new(entry, "code", json_string(code));
    bad |= json_object_set_new(entry, "message", json_string(zc_text_or(text, "?")));
    if (hint != NULL)
      bad |= json_object_set_new(entry, "remedy", json_string(hint));
    json_object_del(entry, "text");
    json_object_del(entry, "args");
    json_object_del(entry, "hint");
    bad |= json_array_append_new(list, entry);
    free(text);
    free(hint);
  }
  bad |= json_object_set_new(document, "zicha", json_string("lint/1"));
  if (about != NULL) {
    bad |= json_object_set(plan, "id", json_object_get(about, "id"));
    bad |= json_object_set(plan, "version", json_object_get(about, "version"));
    bad |= json_object_set(document, "plan", plan);
    if (json_object_get(about, "parents") != NULL)
      bad |= json_object_set(document, "parents", json_object_get(about, "parents"));
  }
  bad |= json_object_set(document, "findings", list);
  bad |= json_object_set_new(document, "totals",
                             json_pack("{s:I, s:I, s:I, s:I}", "error", t.errors,
                                       "warning", t.warnings, "note", t.notes,
                                       "accepted", accepted));
  json_decref(plan);
  json_decref(list);
  if (bad == 0)
    return print_document(document, err);
  json_decref(document);
  return zc_fail_memory(err);
}

/* One result of SARIF 2.1.0, the format that editors and code hosts read. */
static json_t *sarif_result(const json_t *finding)
{
  char code[ZC_FINDING_CODE];
  char *text = zc_finding_text(finding, "text");
  json_int_t line = zc_get_integer(finding, "line", 0);
  json_int_t column = zc_get_integer(finding, "column", 0);
  zc_finding_code(finding, code);
  json_t *place = json_pack("{s:{s:s}}", "artifactLocation", "uri",
                            zc_text_or(zc_get_text(finding, "file"), "plan.yaml"));
  if (line > 0)
    json_object_set_new(place, "region",
                        column > 0 ? json_pack("{s:I, s:I}", "startLine", line,
                                               "startColumn", column)
                                   : json_pack("{s:I}", "startLine", line));
  json_t *result = json_pack("{s:s, s:s, s:{s:s}, s:[{s:o}]}", "ruleId", code, "level",
                             zc_finding_severity(finding), "message", "text",
                             zc_text_or(text, "?"), "locations", "physicalLocation",
                             place);
  free(text);
  return result;
}

static zc_code print_sarif(const json_t *findings, zc_err *err)
{
  json_t *results = json_array();
  size_t index;
  const json_t *finding;
  int bad = results == NULL;
  json_array_foreach(findings, index, finding)
      bad |= json_array_append_new(results, sarif_result(finding));
  if (bad != 0) {
    json_decref(results);
    return zc_fail_memory(err);
  }
  return print_document(json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s}}, s:o}]}", "$schema",
                                  "https://json.schemastore.org/sarif-2.1.0.json",
                                  "version", "2.1.0", "runs", "tool", "driver", "name",
                                  "zicha", "version", ZC_VERSION, "results", results),
                        err);
}

/* ---- --fix-counts --------------------------------------------------------------------- */

static const char *const count_names[][2] = {{"items", "检查项"},
                                             {"phases", "阶段"},
                                             {"duties", "报送"},
                                             {"departments", "部门"}};
#define COUNT_NAMES (sizeof count_names / sizeof *count_names)

static const char *line_start(const char *text, json_int_t line)
{
  for (; line > 1 && *text != '\0'; line--) {
    text += strcspn(text, "\n");
    text += *text == '\n';
  }
  return text;
}

/* The line of the first key of a map that stands behind `line`; 0 when there is none. */
static json_int_t next_key(const json_t *at, json_int_t line)
{
  json_int_t next = 0;
  const char *of = zc_text_of(at, "of");
  for (const char *key = strchr(of, '\n'); key != NULL; key = strchr(key + 1, '\n')) {
    json_int_t found = atoll(key + strcspn(key, "\t")) / 65536;
    if (found > line && (next == 0 || found < next))
      next = found;
  }
  return next;
}

/* Where `counts` stands in the text: its lines, without the comments that belong to the
 * next key. Both are the text's end when it does not stand there. */
static void find_counts(const char *text, const json_t *at, const char **begin,
                        const char **end)
{
  json_int_t position = zc_yaml_key_position(at, "counts");
  if (position == 0)
    position = zc_yaml_key_position(at, "计数");
  *begin = *end = text + strlen(text);
  if (position == 0)
    return;
  *begin = line_start(text, position / 65536);
  json_int_t next = next_key(at, position / 65536);
  const char *limit = next == 0 ? *end : line_start(text, next), *line = *begin;
  *end = limit;
  for (const char *last = line; line < limit; line = last) {
    last = line + strcspn(line, "\n");
    last += *last == '\n';
    if (*line != '#' && line[strspn(line, " \r")] != '\n')
      *end = last;
  }
}

/* Which of the counts a line gives: its number, and where its figure stands. COUNT_NAMES
 * when it gives none. */
static size_t count_of(const char *line, const char **figure)
{
  line += strspn(line, " ");
  for (size_t i = 0; i < COUNT_NAMES; i++)
    for (size_t language = 0; language < 2; language++) {
      size_t size = strlen(count_names[i][language]);
      if (strncmp(line, count_names[i][language], size) != 0)
        continue;
      const char *colon = line + size + strspn(line + size, " ");
      *figure = colon + 1 + strspn(colon + 1, " ");
      if (*colon == ':' && strspn(*figure, "0123456789") > 0)
        return i;
    }
  return COUNT_NAMES;
}

static void add_number(zc_buffer *out, const json_t *counts, size_t which)
{
  char number[24];
  snprintf(number, sizeof number, "%lld",
           (long long)zc_get_integer(counts, count_names[which][0], 0));
  zc_buffer_text(out, number);
}

static void add_line(zc_buffer *out, const json_t *counts, size_t which, bool chinese,
                     const char *indent, size_t width)
{
  zc_buffer_add(out, indent, width);
  zc_buffer_text(out, count_names[which][chinese]);
  zc_buffer_text(out, ": ");
  add_number(out, counts, which);
  zc_buffer_text(out, "\n");
}

/* {items: 4, …} in one line, with what stands behind the bracket. */
static void add_flow(zc_buffer *out, const json_t *counts, bool chinese,
                     const char *begin, const char *open, const char *end)
{
  const char *close = memchr(open, '}', (size_t)(end - open));
  zc_buffer_add(out, begin, (size_t)(open - begin) + 1);
  for (size_t i = 0; i < COUNT_NAMES; i++) {
    zc_buffer_text(out, i == 0 ? "" : ", ");
    zc_buffer_text(out, count_names[i][chinese]);
    zc_buffer_text(out, ": ");
    add_number(out, counts, i);
  }
  zc_buffer_add(out, close, (size_t)(end - close));
}

/* The lines as they are, with the figures put right and those that lack behind them. */
static void add_block(zc_buffer *out, const json_t *counts, bool chinese,
                      const char *begin, const char *end)
{
  const char *line = begin + strcspn(begin, "\n"), *figure, *indent = "  ";
  bool seen[COUNT_NAMES] = {false};
  size_t width = 2;
  line += line < end;
  zc_buffer_add(out, begin, (size_t)(line - begin));
  if (out->size > 0 && out->data[out->size - 1] != '\n')
    zc_buffer_text(out, "\n");
  while (line < end) {
    const char *next = line + strcspn(line, "\n");
    next += *next == '\n';
    size_t which = count_of(line, &figure);
    if (which < COUNT_NAMES && !seen[which]) {
      seen[which] = true;
      indent = line;
      width = strspn(line, " ");
      zc_buffer_add(out, line, (size_t)(figure - line));
      add_number(out, counts, which);
      figure += strspn(figure, "0123456789");
      zc_buffer_add(out, figure, (size_t)(next - figure));
    } else if (line[strspn(line, " \r")] == '#' || line[strspn(line, " \r")] == '\n') {
      zc_buffer_add(out, line, (size_t)(next - line));
    }
    line = next;
  }
  if (out->size > 0 && out->data[out->size - 1] != '\n')
    zc_buffer_text(out, "\n");
  for (size_t i = 0; i < COUNT_NAMES; i++)
    if (!seen[i])
      add_line(out, counts, i, chinese, indent, width);
}

/* The text with right counts, whatever its encoding: comments and style stay. */
static void put_counts(zc_buffer *out, const char *text, const json_t *at,
                       const json_t *counts)
{
  const char *begin, *end;
  bool chinese = zc_yaml_key_position(at, "编号") != 0;
  find_counts(text, at, &begin, &end);
  size_t line = strcspn(begin, "#\n");
  const char *open = memchr(begin, '{', line);
  zc_buffer_add(out, text, (size_t)(begin - text));
  if (begin == end) {
    const char *head = chinese ? "计数:\n" : "counts:\n";
    if (begin > text && begin[-1] != '\n')
      zc_buffer_text(out, "\n");
    add_block(out, counts, chinese, head, head + strlen(head));
  } else if (open != NULL && memchr(open, '}', (size_t)(end - open)) != NULL) {
    add_flow(out, counts, chinese, begin, open, end);
  } else {
    add_block(out, counts, chinese, begin, end);
  }
  zc_buffer_text(out, end);
}

/* A plan that is one pair of braces has no lines of its own for the counts. */
static zc_code check_lines(const char *text, const json_t *at, zc_err *err)
{
  const char *first = line_start(text, zc_get_integer(at, "pos", 65537) / 65536);
  if (first[strspn(first, " ")] != '{')
    return ZC_OK;
  return zc_fail(err, ZC_EDATA,
                 "plan.yaml stands in braces: --fix-counts writes into lines only; put "
                 "the counts in yourself",
                 NULL);
}

static zc_code rewrite_counts(const char *folder, const json_t *counts, zc_err *err)
{
  zc_buffer text = {0}, out = {0};
  json_t *ignored = json_array(), *document = NULL;
  int fd = -1;
  zc_code code = zc_folder_open(folder, &fd, err);
  if (code == ZC_OK)
    code = zc_file_read_beneath(fd, "plan.yaml", ZC_PACKAGE_FILE, &text, err);
  if (code == ZC_OK)
    code = zc_yaml_parse("plan.yaml", zc_text_or(text.data, ""), text.size, ignored,
                         &document, err);
  if (code == ZC_OK)
    code = check_lines(zc_text_or(text.data, ""), json_object_get(document, "at"), err);
  if (code == ZC_OK) {
    put_counts(&out, zc_text_or(text.data, ""), json_object_get(document, "at"),
               counts);
    code = zc_buffer_check(&out, err);
  }
  if (code == ZC_OK &&
      (out.size != text.size || memcmp(out.data, text.data, out.size) != 0))
    code = zc_file_write(fd, "plan.yaml", out.data, out.size, 0644, err);
  if (fd >= 0)
    close(fd);
  zc_buffer_free(&text);
  zc_buffer_free(&out);
  json_decref(document);
  json_decref(ignored);
  return code;
}

/* Opens the plan whatever else is wrong with it, for what its counts should be. */
static zc_code fix_counts(zc_cli *cli, const char *name, zc_err *err)
{
  json_t *faults = json_array(), *counts = NULL;
  char *folder = NULL;
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_plan_counts(cli, name, faults, &counts, &folder, err);
  if (code == ZC_OK && zc_package_is_shipped(&cli->home, folder))
    code = zc_fail(err, ZC_EWRITE,
                   "{path} belongs to zicha and is not changed; copy it, or write a "
                   "package that extends it",
                   "path", name, NULL);
  if (code == ZC_OK)
    code = rewrite_counts(folder, counts, err);
  if (code == ZC_OK)
    zc_say_line(N_("wrote counts: {items} items, {phases} phases, {duties} duties, "
                   "{departments} departments"),
                json_incref(counts));
  json_decref(faults);
  json_decref(counts);
  free(folder);
  return code;
}

/* ---- the command ------------------------------------------------------------------------ */

int zc_command_plan_lint(zc_cli *cli)
{
  zc_err err = {0};
  json_int_t accepted = 0;
  json_t *findings = json_array(), *about = NULL;
  const char *name = cli->argument_count > 0 ? cli->arguments[0] : ".";
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  zc_code code = findings == NULL ? zc_fail_memory(&err) : ZC_OK;
  if (code == ZC_OK && strcmp(format, "text") != 0 && strcmp(format, "json") != 0 &&
      strcmp(format, "sarif") != 0)
    code = zc_fail(&err, ZC_EUSAGE, "unknown format {format}; known: text json sarif",
                   "format", format, NULL);
  if (code == ZC_OK && zc_option_value(cli, "fix-counts") != NULL)
    code = fix_counts(cli, name, &err);
  if (code == ZC_OK)
    code = zc_plan_lint(cli, name, zc_option_value(cli, "performance") != NULL,
                        findings, &accepted, &about, &err);
  if (code == ZC_OK && strcmp(format, "json") == 0)
    code = print_json(findings, accepted, about, &err);
  else if (code == ZC_OK && strcmp(format, "sarif") == 0)
    code = print_sarif(findings, &err);
  else if (code == ZC_OK)
    print_text(findings, accepted, about);
  int status = code != ZC_OK                   ? zc_exit(code, &err)
               : zc_fault_errors(findings) > 0 ? 65
               : json_array_size(findings) > 0 ? 1
                                               : 0;
  json_decref(about);
  json_decref(findings);
  return status;
}
