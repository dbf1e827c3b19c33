/* plan pack: one file of a package's folder, which can be signed and handed on. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "cli/findings.h"
#include "cli/message.h"
#include "package/lines.h"
#include "publisher/commands.h"
#include "publisher/package_file.h"

typedef struct {
  const zc_cli *cli;
  const json_t *about; /* the plan, from lint */
  zc_manifest manifest;
  zc_err *err;
} packing;

/* ---- what keeps it from being packed ------------------------------------------------------ */

static bool is_blank(const json_t *finding)
{
  return strcmp(zc_text_or(zc_get_text(finding, "code"), ""), "blank") == 0;
}

static bool is_mark(const json_t *finding)
{
  return strcmp(zc_text_or(zc_get_text(finding, "code"), ""), "open-mark") == 0;
}

/* Prints what has to be mended first, and how many marks are still open. */
static zc_code check_findings(const char *name, const json_t *findings, zc_err *err)
{
  json_int_t errors = 0, blanks = 0, marks = 0;
  size_t index;
  const json_t *finding;
  json_array_foreach(findings, index, finding)
  {
    bool error = strcmp(zc_finding_severity(finding), "error") == 0;
    errors += error;
    blanks += is_blank(finding);
    marks += is_mark(finding);
    if (error || is_blank(finding) || is_mark(finding))
      zc_finding_print(finding, stderr);
  }
  if (errors + blanks > 0)
    return zc_fail(err, ZC_EDATA,
                   "{path} is not packed: it has {errors} errors and {blanks} blanks; "
                   "mend and fill in what is listed, or `accept` a blank that stays",
                   "path", name, "errors", ZC_DIGITS(errors), "blanks",
                   ZC_DIGITS(blanks), NULL);
  if (marks > 0)
    zc_warn(N_("{count} marks 待核对 are still open: compare those places before you "
               "sign"),
            json_pack("{s:I}", "count", marks));
  return ZC_OK;
}

/* ---- the manifest ------------------------------------------------------------------------- */

/* Copies a word that stands in the manifest. */
static zc_code set(packing *p, char *room, size_t size, const char *key,
                   const char *value)
{
  if (strlen(value) >= size)
    return zc_fail(p->err, ZC_EDATA, "{key} is longer than {limit} bytes: {value}",
                   "key", key, "limit", ZC_DIGITS(size - 1), "value", value, NULL);
  strcpy(room, value);
  return ZC_OK;
}
#define SET(p, member, value)                                                          \
  set(p, (p)->manifest.member, sizeof(p)->manifest.member, #member, value)

/* The place and the office: an option, or the plan's own words, in which nothing is left
 * to fill in. */
static zc_code set_issuer(packing *p)
{
  const char *issuer = zc_option_value(p->cli, "issuer");
  const char *region = zc_text_or(zc_get_text(p->about, "region"), "");
  if (issuer == NULL)
    issuer = zc_text_or(zc_get_text(p->about, "issuer"), "");
  if (!zc_text_is_name(issuer) || strstr(issuer, "__") != NULL)
    return zc_fail(p->err, ZC_EDATA,
                   "plan.yaml does not say which office publishes the plan: fill in "
                   "`issuer`, or give --issuer NAME",
                   NULL);
  if (!zc_text_is_word(region) || strstr(region, "__") != NULL)
    return zc_fail(p->err, ZC_EDATA,
                   "plan.yaml does not say for which place the plan is: fill in "
                   "`region`, without blanks",
                   NULL);
  zc_code code = SET(p, issuer, issuer);
  return code == ZC_OK ? SET(p, region, region) : code;
}

static zc_code set_serial(packing *p)
{
  const char *given = zc_option_value(p->cli, "serial");
  const char *version = zc_text_or(zc_get_text(p->about, "version"), "");
  if (!zc_text_number(given != NULL ? given : version, ZC_MANIFEST_SERIAL - 1,
                      &p->manifest.serial) ||
      p->manifest.serial == 0)
    return given != NULL
               ? zc_fail(p->err, ZC_EUSAGE,
                         "--serial is a whole number from 1, not {value}", "value",
                         given, NULL)
               : zc_fail(p->err, ZC_EUSAGE,
                         "the version {version} is no whole number: give --serial N, "
                         "one more than you published last",
                         "version", version, NULL);
  return ZC_OK;
}

/* The same day a year later; 28 February for the 29th. */
static void year_later(const char *day, char room[ZC_DAY_ROOM])
{
  int32_t number = 0;
  zc_day_parse(day, strlen(day), &number);
  zc_civil civil = zc_day_to_civil(number);
  civil.year++;
  if (!zc_civil_valid(civil))
    civil.day--;
  zc_day_text(zc_day_from_civil(civil), room);
}

static zc_code set_day(packing *p, const char *option, const char *fallback, char *room)
{
  const char *day = zc_option_value(p->cli, option);
  char name[24];
  snprintf(name, sizeof name, "--%s", option);
  if (day != NULL && !zc_text_is_day(day))
    return zc_fail(p->err, ZC_EUSAGE, "{option} is a day like 2026-03-01, not {value}",
                   "option", name, "value", day, NULL);
  strcpy(room, day != NULL ? day : fallback);
  return ZC_OK;
}

static zc_code set_days(packing *p)
{
  zc_manifest *m = &p->manifest;
  char later[ZC_DAY_ROOM];
  zc_code code = set_day(p, "not-before", p->cli->today, m->not_before);
  if (code != ZC_OK)
    return code;
  year_later(m->not_before, later);
  code = set_day(p, "expires", later, m->expires);
  if (code == ZC_OK && strcmp(m->expires, m->not_before) <= 0)
    code = zc_fail(
        p->err, ZC_EUSAGE,
        "the package would hold until {expires}, which is not after {from}, its "
        "first day",
        "expires", m->expires, "from", m->not_before, NULL);
  return code;
}

/* What facilities need; lint knows the parent that it was checked with. */
static zc_code set_parent(packing *p)
{
  const json_t *layers = json_object_get(p->about, "layers");
  size_t count = json_array_size(layers);
  if (count == 0)
    return ZC_OK;
  const json_t *parent = json_array_get(layers, count - 1);
  zc_code code = SET(p, parent, zc_text_of(parent, "label"));
  return code == ZC_OK ? SET(p, parent_sha256, zc_text_of(parent, "sha256")) : code;
}

static zc_code set_words(packing *p)
{
  const char *wanted = zc_option_value(p->cli, "minimum-zicha");
  const char *version = zc_text_or(zc_get_text(p->about, "version"), "");
  zc_code code = SET(p, version, version);
  if (code == ZC_OK && !zc_manifest_is_version(version))
    code = zc_fail(p->err, ZC_EDATA,
                   "the version «{version}» cannot stand in the name of a file: take "
                   "letters, digits, dots, _ and -",
                   "version", version, NULL);
  if (code == ZC_OK)
    code = SET(p, level, zc_text_or(zc_get_text(p->about, "level"), ""));
  if (code == ZC_OK)
    code = SET(p, name, zc_text_or(zc_get_text(p->about, "id"), ""));
  if (code == ZC_OK)
    code = SET(p, minimum_zicha, zc_text_or(wanted, ZC_VERSION));
  if (code == ZC_OK && !zc_manifest_is_release(p->manifest.minimum_zicha))
    code = zc_fail(p->err, ZC_EUSAGE,
                   "--minimum-zicha is three numbers like 0.1.0, not {value}", "value",
                   p->manifest.minimum_zicha, NULL);
  return code;
}

static zc_code fill_manifest(packing *p)
{
  zc_code code = set_words(p);
  if (code == ZC_OK)
    code = set_issuer(p);
  if (code == ZC_OK)
    code = set_serial(p);
  if (code == ZC_OK)
    code = set_days(p);
  return code == ZC_OK ? set_parent(p) : code;
}

/* ---- the file ------------------------------------------------------------------------------- */

/* What was checked has to be what is packed. */
static zc_code collect(packing *p, zc_buffer *bytes)
{
  json_t *faults = json_array();
  const char *folder = zc_text_of(p->about, "folder");
  zc_code code = faults == NULL
                     ? zc_fail_memory(p->err)
                     : zc_zpk_collect(folder, faults, &p->manifest, bytes, p->err);
  if (faults != NULL && json_array_size(faults) > 0)
    zc_print_faults(faults, NULL);
  if (code == ZC_OK && strcmp(p->manifest.sha256, zc_text_of(p->about, "sha256")) != 0)
    code = zc_fail(p->err, ZC_EIO,
                   "{path} changed while it was packed: pack it again when nobody "
                   "writes there",
                   "path", folder, NULL);
  json_decref(faults);
  return code;
}

/* --out, or county-demo-2.zpk where one stands. Owned; NULL when out of memory. */
static char *find_path(const packing *p)
{
  zc_buffer path = {0};
  const char *out = zc_option_value(p->cli, "out"), *name = p->manifest.name;
  size_t level = strcspn(name, "/");
  if (out != NULL)
    zc_buffer_text(&path, out);
  else
    zc_buffer_print(&path, "%.*s-%s-%s" ZC_ZPK_SUFFIX, (int)level, name,
                    name + level + (name[level] == '/'), p->manifest.version);
  return zc_buffer_take(&path);
}

static zc_code write_package(packing *p)
{
  zc_buffer bytes = {0};
  zc_package_file file = {.path = find_path(p)};
  zc_code code = file.path == NULL ? zc_fail_memory(p->err) : collect(p, &bytes);
  if (code == ZC_OK)
    code = zc_zpk_write(&p->manifest, NULL, zc_text_or(bytes.data, ""), &file.data,
                        p->err);
  if (code == ZC_OK)
    code = zc_file_write(AT_FDCWD, file.path, file.data.data, file.data.size, 0666,
                         p->err);
  if (code == ZC_OK) {
    file.manifest = p->manifest;
    zc_say_line(N_("wrote {path}, which nobody has signed yet: `zicha plan sign {path} "
                   "--key KEY`"),
                json_pack("{s:o}", "path",
                          zc_json_lossy(file.path, strlen(file.path))));
    zc_package_file_tell(&file);
  }
  zc_buffer_free(&bytes);
  zc_buffer_free(&file.data);
  free((char *)file.path);
  return code;
}

int zc_command_plan_pack(zc_cli *cli)
{
  zc_err err = {0};
  json_t *findings = json_array(), *about = NULL;
  json_int_t accepted = 0;
  packing p = {.cli = cli, .err = &err};
  const char *name = cli->arguments[0];
  zc_code code = findings == NULL ? zc_fail_memory(&err)
                                  : zc_plan_lint(cli, name, false, findings, &accepted,
                                                 &about, &err);
  if (code == ZC_OK)
    code = check_findings(name, findings, &err);
  p.about = about;
  if (code == ZC_OK)
    code = fill_manifest(&p);
  if (code == ZC_OK)
    code = write_package(&p);
  zc_manifest_free(&p.manifest);
  json_decref(about);
  json_decref(findings);
  return zc_exit(code, &err);
}
