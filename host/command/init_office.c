/* init --office: the folder of an office that collects the reports of facilities. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/subject.h"
#include "command/init.h"

/* ---- office.yaml --------------------------------------------------------------- */

static const char head[] =
    "# 收集、汇总自查报告的单位。行首带 # 的行尚未填写：填好后去掉行首的“# ”。\n";
/* Rounds are a list of maps, which no prompt asks for. */
static const char rounds[] =
    "# 轮次：不写时按方案规定的报送时限逐期生成，方案没有写明日期的为“全程”一轮。\n"
    "# rounds:\n"
    "#   - id: 2026q1            # 编号：字母、数字，如 2026-03-31\n"
    "#     title: 第一季度       # 名称\n"
    "#     from: 2026-01-01      # 起：不写的，接上一轮\n"
    "#     to: 2026-03-31        # 止\n"
    "#     due: 2026-04-05       # 报送时限：不写的，同“止”\n"
    "#     plan: county/…        # 方案：不写的，为本单位的全部方案\n";

static zc_code ask_office(zc_plan *plan, zc_buffer *out, zc_err *err);

static const zc_subject office_subject = {"office.yaml", "office-file", "office_field",
                                          ask_office, zc_plan_read_office};

/* The fields that prompts can ask for; the region's is asked for, too. */
static zc_code choose_fields(json_t *fields, zc_err *err)
{
  int bad = 0;
  for (size_t i = json_array_size(fields); i-- > 0;) {
    json_t *field = json_array_get(fields, i);
    const char *key = zc_text_of(field, "key");
    if (strcmp(key, "rounds") == 0)
      bad |= json_array_remove(fields, i);
    else if (strcmp(key, "region") == 0)
      bad |= json_object_set_new(field, "asked", json_true());
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code ask_office(zc_plan *plan, zc_buffer *out, zc_err *err)
{
  json_t *fields = NULL;
  zc_code code = zc_plan_call(plan, "office_fields", json_object(), &fields, err);
  zc_buffer_text(out, head);
  if (code == ZC_OK)
    code = choose_fields(fields, err);
  if (code == ZC_OK)
    code = zc_subject_ask(&office_subject, plan, fields, out, err);
  zc_buffer_text(out, rounds);
  json_decref(fields);
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}

/* ---- the workspace --------------------------------------------------------------- */

/* A folder of the workspace, which may be there. */
static zc_code make_beneath(int fd, const char *name, zc_err *err)
{
  struct stat about;
  if (mkdirat(fd, name, 0777) == 0)
    return ZC_OK;
  if (errno != EEXIST)
    return zc_fail_system(err, ZC_EWRITE, errno,
                          "cannot make the folder {path}: {reason_term}", "path", name,
                          NULL);
  if (fstatat(fd, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(about.st_mode))
    return zc_fail(err, ZC_EWRITE,
                   "{file} stands there already and is no folder: move it away", "file",
                   name, NULL);
  return ZC_OK;
}

/* The database comes last, as in a facility's workspace. */
static zc_code write_office(const zc_cli *cli, const zc_plan *plan,
                            const zc_buffer *office, zc_err *err)
{
  zc_store *store = NULL;
  const char *folder = cli->arguments[0];
  int fd = -1;
  zc_code code = zc_subject_make_folder(folder, &fd, err);
  if (code == ZC_OK)
    code = make_beneath(fd, "inbox", err);
  if (code == ZC_OK)
    code = make_beneath(fd, "reports", err);
  if (code == ZC_OK && faccessat(fd, "office.yaml", F_OK, 0) != 0)
    code = zc_file_write(fd, "office.yaml", office->data, office->size, 0666, err);
  if (code == ZC_OK)
    code = zc_store_open(folder, true, &store, err);
  if (code == ZC_OK && plan->about != NULL)
    code = zc_store_use_plan(store, zc_get_text(plan->about, "id"),
                             zc_subject_place(plan), cli->now, err);
  zc_store_close(store);
  if (fd >= 0)
    close(fd);
  return code;
}

static void say_made(const zc_cli *cli, const zc_plan *plan)
{
  const char *folder = cli->arguments[0];
  json_t *path = zc_json_lossy(folder, strlen(folder));
  if (plan->about == NULL)
    zc_say_line(
        N_("made the office's workspace {path}; next: `zicha -C {path} plan use "
           "PLAN` takes a plan into use"),
        json_pack("{s:O}", "path", path));
  else
    zc_say_line(N_("made the office's workspace {path} for the plan {title}"),
                json_pack("{s:O, s:s}", "path", path, "title",
                          zc_get_text(plan->about, "title")));
  json_decref(path);
}

/* Opens the plan, if there is to be one: office.yaml is read by the engine either way. */
static zc_code open_plan(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  const char *name = zc_option_value(cli, "plan");
  if (zc_option_value(cli, "facility") != NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "--facility is for a facility's workspace: name an office.yaml with "
                   "--office-file",
                   NULL);
  zc_code code = zc_subject_check_free(cli->arguments[0], "facility.yaml", err);
  if (code != ZC_OK)
    return code;
  return name != NULL ? zc_plan_open_package(cli, name, plan, err)
                      : zc_plan_begin(cli, plan, err);
}

int zc_init_office(zc_cli *cli)
{
  zc_plan plan = {0};
  zc_buffer office = {0};
  zc_err err;
  zc_code code = open_plan(cli, &plan, &err);
  if (code == ZC_OK)
    code = zc_subject_find(&office_subject, cli, &plan, &office, &err);
  if (code == ZC_OK)
    code = write_office(cli, &plan, &office, &err);
  if (code == ZC_OK)
    say_made(cli, &plan);
  zc_plan_close(&plan);
  zc_buffer_free(&office);
  return zc_exit(code, &err);
}
