/* plan list --installed: the library of this computer's user. */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "cli/workspace.h"
#include "package/library.h"
#include "publisher/commands.h"

typedef struct {
  const char *today;
  json_t *list;
} listing;

static int set(json_t *told, const char *key, const char *text)
{
  return json_object_set_new(told, key, json_string(text));
}

static zc_code add(const zc_installed *installed, void *context, zc_err *err)
{
  listing *l = context;
  const zc_manifest *m = &installed->manifest;
  json_t *told = json_object(), *title = zc_package_title(installed->folder);
  int bad = set(told, "id", m->name);
  bad |= json_object_set_new(told, "serial", json_integer(m->serial));
  bad |= set(told, "version", m->version);
  if (json_is_string(title))
    bad |= json_object_set(told, "title", title);
  bad |= set(told, "issuer", m->issuer);
  bad |= set(told, "region", m->region);
  bad |= set(told, "not_before", m->not_before);
  bad |= set(told, "expires", m->expires);
  bad |= json_object_set_new(told, "expired",
                             json_boolean(strcmp(m->expires, l->today) < 0));
  bad |= set(told, "sha256", m->sha256);
  bad |= set(told, "key", installed->key_id);
  bad |= json_object_set_new(told, "revoked",
                             json_boolean(installed->signer[0] == '\0'));
  if (installed->signer[0] != '\0')
    bad |= set(told, "signer", installed->signer);
  if (m->parent[0] != '\0')
    bad |= set(told, "parent", m->parent);
  json_decref(title);
  bad |= json_array_append_new(l->list, told);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- the screen ------------------------------------------------------------------- */

static const char *shown(const json_t *told, const char *key)
{
  return zc_text_or(zc_get_text(told, key), "—");
}

/* Until when it holds, or that it is over. */
static json_t *validity(const json_t *told)
{
  return zc_get_flag(told, "expired")
             ? json_sprintf("%s（%s）", shown(told, "expires"), _("expired"))
             : json_string(shown(told, "expires"));
}

static json_t *line_of(const json_t *told)
{
  char serial[24];
  zc_number_text(serial, zc_get_integer(told, "serial", 0));
  return json_pack("[s, s, s, s, s, s, o, s, s]", shown(told, "id"), serial,
                   shown(told, "version"), shown(told, "title"), shown(told, "issuer"),
                   shown(told, "region"), validity(told),
                   zc_get_flag(told, "revoked") ? _("key revoked")
                                                : shown(told, "signer"),
                   shown(told, "parent"));
}

static zc_code print(const json_t *list, zc_err *err)
{
  size_t index;
  const json_t *told;
  json_t *lines = json_pack("[[s, s, s, s, s, s, s, s, s]]", _("plan"), _("serial"),
                            _("version"), _("title"), _("issuer"), _("region"),
                            _("holds until"), _("signed by"), _("parent"));
  int bad = lines == NULL;
  json_array_foreach(list, index, told)
      bad |= json_array_append_new(lines, line_of(told));
  if (bad == 0 && json_array_size(list) == 0)
    zc_say_line(N_("nothing is installed; `zicha plan install FILE` does it"), NULL);
  else if (bad == 0)
    zc_print_grid(stdout, lines, "lrlllllll", 0);
  json_decref(lines);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

int zc_plan_list_installed(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", NULL};
  zc_library library;
  zc_err err;
  listing l = {.today = cli->today, .list = json_array()};
  zc_code code = l.list == NULL ? zc_fail_memory(&err)
                                : zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_library_open(&cli->home, false, &library, &err);
  if (code == ZC_OK) {
    code = zc_library_each(&library, add, &l, &err);
    zc_library_close(&library);
    if (code == ZC_OK && strcmp(zc_output_format(cli), "json") == 0)
      code = zc_print_document(json_pack("{s:O}", "installed", l.list), "installed/1",
                               &err);
    else if (code == ZC_OK)
      code = print(l.list, &err);
  }
  json_decref(l.list);
  return zc_exit(code, &err);
}
