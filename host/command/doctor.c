/* doctor: whether this installation can do what it should, tried rather than assumed.
 */
#include <fcntl.h>
#include <libintl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "command/commands.h"
#include "runner/worker.h"
#include "store/store.h"
#include "value/yaml.h"

static void line(const char *what, const char *word)
{
  zc_print_padded(stdout, _(what), 28, false);
  printf("%s\n", word);
}

/* Lets one evaluator try something forbidden; true if that killed it. */
static bool breach_is_stopped(const zc_cli *cli, const char *name)
{
  zc_worker *worker;
  zc_err err;
  zc_arrival arrival = ZC_REPLY;
  json_t *frame = NULL, *first = json_pack("{s:s, s:s}", "job", "breach", "name", name);
  /* Threads are started only where there is a table, be it an empty one. */
  zc_handed table = {.id = "empty", .fd = open("/dev/null", O_RDONLY | O_CLOEXEC)};
  bool started = table.fd >= 0 && zc_worker_start(cli->home.evaluator, &table, 1, 2,
                                                  &worker, &err) == ZC_OK;
  if (table.fd >= 0)
    close(table.fd);
  if (!started) {
    json_decref(first);
    return false;
  }
  bool stopped = first != NULL &&
                 zc_worker_send(worker, first, NULL, 5000, &err) == ZC_OK &&
                 zc_worker_receive(worker, 5000, &arrival, &frame, &err) == ZC_OK &&
                 arrival == ZC_DIED && zc_worker_signal(worker) == SIGSYS;
  json_decref(frame);
  json_decref(first);
  zc_worker_stop(worker);
  return stopped;
}

/* `full` is proved: each forbidden thing is tried by a process of its own. */
static int check_isolation(const zc_cli *cli)
{
  static const char *const breaches[] = {"open", "socket", "fork",  "exec",
                                         "kill", "map",    "thread"};
  zc_worker *worker = NULL;
  zc_err err;
  bool full;
  zc_code code = zc_worker_start(cli->home.evaluator, NULL, 0, 0, &worker, &err);
  if (code == ZC_OK)
    code = zc_worker_level(worker, &full, &err);
  zc_worker_stop(worker);
  if (code != ZC_OK) {
    zc_print_error(&err);
    line(N_("isolation of rules"), _("the evaluator does not start"));
    return ZC_EINSTALL;
  }
  if (!full) {
    line(
        N_("isolation of rules"),
        _("process (system calls are not filtered: only run packages that you trust)"));
    return ZC_OK;
  }
  for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++)
    if (!breach_is_stopped(cli, breaches[i])) {
      line(N_("isolation of rules"), _("BROKEN: a forbidden system call went through"));
      printf("  %s\n", breaches[i]);
      return ZC_EINTERNAL;
    }
  line(N_("isolation of rules"),
       _("full (open, socket, fork, exec, kill, map, open in a thread: stopped)"));
  return ZC_OK;
}

static void check_text(const zc_cli *cli)
{
  char catalog[PATH_MAX];
  zc_gb18030 *converter = zc_gb18030_new();
  line(N_("GB18030 files"), converter != NULL ? _("can be read") : _("CANNOT be read"));
  zc_gb18030_free(converter);
  snprintf(catalog, sizeof catalog, "%.4000s/zh_CN/LC_MESSAGES/zicha.mo",
           cli->home.locale);
  line(N_("Chinese messages"),
       access(catalog, R_OK) == 0 ? _("installed") : _("MISSING"));
}

/* One of the two files that make a folder a workspace; *found: it is there. Whether what it says is
 * right, commands tell. */
static zc_code read_settings(int folder, const char *name, json_t *faults, bool *found,
                             zc_err *err)
{
  zc_buffer text = {0};
  json_t *document = NULL;
  if (faccessat(folder, name, F_OK, 0) != 0)
    return ZC_OK;
  *found = true;
  zc_code code = zc_file_read_beneath(folder, name, ZC_YAML_LIMIT, &text, err);
  if (code == ZC_OK)
    code = zc_yaml_parse(name, zc_text_or(text.data, ""), text.size, faults, &document,
                         err);
  json_decref(document);
  zc_buffer_free(&text);
  return code;
}

static zc_code check_settings(const zc_cli *cli, json_t *faults, zc_err *err)
{
  int folder;
  bool found = false;
  zc_code code = zc_folder_open(cli->folder, &folder, err);
  if (code != ZC_OK)
    return code;
  code = read_settings(folder, "facility.yaml", faults, &found, err);
  if (code == ZC_OK)
    code = read_settings(folder, "office.yaml", faults, &found, err);
  close(folder);
  return code != ZC_OK || found
             ? code
             : zc_fail(err, ZC_EDATA,
                       "neither facility.yaml nor office.yaml is there: put it back "
                       "from a backup",
                       NULL);
}

static int tell_settings(const zc_cli *cli)
{
  zc_err err;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(&err)
                                : check_settings(cli, faults, &err);
  line(N_("settings of the workspace"),
       code == ZC_OK ? _("can be read") : _("MISSING or not to be read"));
  if (code != ZC_OK)
    zc_print_faults(faults, NULL);
  json_decref(faults);
  return zc_exit(code, &err);
}

static int check_workspace(const zc_cli *cli)
{
  zc_store *store;
  zc_err err;
  zc_code code = zc_store_open(cli->folder, false, &store, &err);
  if (code == ZC_EOPEN) {
    line(N_("workspace"), _("none here"));
    return ZC_OK;
  }
  if (code == ZC_OK) {
    code = zc_store_check(store, &err);
    zc_store_close(store);
  }
  line(N_("workspace"), code == ZC_OK ? _("its database is sound; `zicha verify` looks "
                                          "at what is in it, and at files")
                                      : _("DAMAGED or not usable"));
  int settings = tell_settings(cli), database = zc_exit(code, &err);
  return database != 0 ? database : settings;
}

int zc_command_doctor(zc_cli *cli)
{
  line(N_("version"), "zicha " ZC_VERSION);
  line(N_("files of zicha"), cli->home.share);
  check_text(cli);
  int isolation = check_isolation(cli);
  int workspace = check_workspace(cli);
  return isolation != 0 ? isolation : workspace;
}
