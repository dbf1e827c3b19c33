/* key list: whose signatures this computer trusts. */
#include "publisher/key_list.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "cli/workspace.h"
#include "package/library.h"
#include "publisher/commands.h"
#include "publisher/roots.h"

static int add_cell(json_t *line, const char *text)
{
  return json_array_append_new(line, json_string(text));
}

static json_t *heading(void)
{
  json_t *line = json_array();
  int bad = add_cell(line, _("role"));
  bad |= add_cell(line, _("level"));
  bad |= add_cell(line, _("region"));
  bad |= add_cell(line, _("until"));
  bad |= add_cell(line, _("key id"));
  bad |= add_cell(line, _("holder"));
  bad |= add_cell(line, "");
  if (bad == 0)
    return line;
  json_decref(line);
  return NULL;
}

static json_t *line_of(const zc_root_key *key, const char *today)
{
  char id[ZC_KEY_ID_ROOM];
  json_t *line = json_array();
  zc_key_id_text(key->key.id, id);
  int bad = add_cell(line, key->root ? _("signs roots") : _("publishes"));
  bad |= add_cell(line, key->root ? "—" : _(key->level));
  bad |= add_cell(line, key->root ? "—" : key->region);
  bad |= add_cell(line, key->expires);
  bad |= add_cell(line, id);
  bad |= add_cell(line, key->name);
  bad |= add_cell(line, strcmp(key->expires, today) < 0 ? _("expired") : "");
  if (bad == 0)
    return line;
  json_decref(line);
  return NULL;
}

/* Those who sign roots first, then publishers from the nation down. */
static int by_rank(const void *a, const void *b)
{
  static const char *const levels[] = {"national", "province", "city", "county"};
  const zc_root_key *const *keys[] = {a, b};
  int rank[2];
  for (int i = 0; i < 2; i++) {
    rank[i] = (*keys[i])->root ? -1 : 0;
    while (rank[i] >= 0 && rank[i] < 4 &&
           strcmp(levels[rank[i]], (*keys[i])->level) != 0)
      rank[i]++;
  }
  if (rank[0] != rank[1])
    return rank[0] - rank[1];
  int order = strcmp((*keys[0])->region, (*keys[1])->region);
  if (order == 0)
    order = strcmp((*keys[0])->name, (*keys[1])->name);
  return order != 0 ? order : memcmp((*keys[0])->key.id, (*keys[1])->key.id, ZC_KEY_ID);
}

static int add_keys(const zc_root *root, const char *today, json_t *lines)
{
  const zc_root_key **sorted = calloc(root->count + 1, sizeof *sorted);
  int bad = sorted == NULL;
  for (size_t i = 0; bad == 0 && i < root->count; i++)
    sorted[i] = &root->keys[i];
  if (bad == 0)
    qsort(sorted, root->count, sizeof *sorted, by_rank);
  for (size_t i = 0; bad == 0 && i < root->count; i++)
    bad |= json_array_append_new(lines, line_of(sorted[i], today));
  free(sorted);
  return bad;
}

zc_code zc_root_show(const zc_root *root, const char *today, zc_err *err)
{
  char grouped[ZC_GROUPED_ROOM];
  json_t *lines = json_array();
  int bad = json_array_append_new(lines, heading());
  bad |= add_keys(root, today, lines);
  if (bad == 0) {
    zc_say_line(N_("root {number}, issued on {issued}, holds until {expires}; the next "
                   "one needs {threshold} signatures"),
                json_pack("{s:I, s:s, s:s, s:i}", "number", (json_int_t)root->number,
                          "issued", root->issued, "expires", root->expires, "threshold",
                          root->threshold));
    zc_print_grid(stdout, lines, "lllllll", 2);
    zc_fingerprint_print(root->sha256, grouped);
    zc_say_line(N_("fingerprint: {digits}"), json_pack("{s:s}", "digits", grouped));
    if (strcmp(root->expires, today) < 0)
      zc_warn(N_("this root has expired: nothing new is trusted by it; ask the office "
                 "for a newer one"),
              NULL);
  }
  json_decref(lines);
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

int zc_command_key_list(zc_cli *cli)
{
  zc_library library;
  zc_err err;
  zc_code code = zc_library_open(&cli->home, false, &library, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  if (library.root.number == 0)
    zc_say_line(N_("no keys are trusted yet; `zicha key trust` takes the first root"),
                NULL);
  else
    code = zc_root_show(&library.root, cli->today, &err);
  zc_library_close(&library);
  return zc_exit(code, &err);
}
