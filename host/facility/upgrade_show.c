/* What an upgrade makes of a workspace, on the screen and for programs. */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "facility/upgrade.h"

static const json_t *list_of(const zc_upgrading *u, const char *key)
{
  return json_object_get(u->sorted, key);
}

/* ---- text ------------------------------------------------------------------------------ */

static void print_sum(const zc_upgrading *u, const char *of, const char *text)
{
  const json_t *numbers = json_object_get(list_of(u, "counts"), of);
  if (zc_get_integer(numbers, "in", 0) > 0)
    zc_say_line(text, json_copy((json_t *)numbers));
}

static void print_sums(const zc_upgrading *u)
{
  print_sum(u, "answers",
            N_("answers: {in} = {carried} carried over + {asked_again} asked again + "
               "{retired} no longer asked"));
  print_sum(u, "documents",
            N_("documents: {in} = {carried} carried over + {asked_again} asked again + "
               "{retired} no longer asked"));
  if (!u->workspace->office)
    print_sum(u, "problems",
              N_("open problems: {in} = {kept} as before + {renamed} under the item's "
                 "new id + {retired} of items that are no longer asked"));
}

/* id  title, and what the item was called before. */
static void print_entry(const json_t *one)
{
  zc_buffer line = {0};
  zc_add_visible(&line, zc_text_of(one, "id"));
  if (zc_get_text(one, "was") != NULL) {
    zc_buffer_text(&line, " ← ");
    zc_add_visible(&line, zc_get_text(one, "was"));
  }
  zc_buffer_text(&line, "  ");
  zc_add_visible(&line, zc_text_of(one, "title"));
  zc_print_wrapped(stdout, zc_text_or(line.data, ""), 2, 88);
  zc_buffer_free(&line);
}

static void print_change(const json_t *one, const char *title)
{
  printf("      ");
  zc_say_line(N_("{title}: {from} → {to}"),
              json_pack("{s:s, s:s, s:s}", "title", title, "from",
                        zc_text_or(zc_get_text(one, "from"), "—"), "to",
                        zc_text_or(zc_get_text(one, "to"), "—")));
}

static void print_asked_again(const json_t *one)
{
  size_t index;
  const json_t *change;
  print_entry(one);
  printf("      ");
  zc_say_line(N_("answered before: {answer}"),
              json_pack("{s:s}", "answer", zc_text_or(zc_get_text(one, "shown"), "—")));
  json_array_foreach(json_object_get(one, "changed"), index, change)
      print_change(change, zc_text_of(change, "title"));
}

static void print_retired(const json_t *one)
{
  static const struct {
    const char *why, *text;
  } reasons[] = {{"removed", N_("the new version has no such item")},
                 {"retired", N_("the item is retired")},
                 {"not_asked", N_("the item asks nothing any more")},
                 {"data", N_("the item is judged from data")},
                 {"member", N_("the item is not asked for this any more")},
                 {"several", N_("the item is asked several times now")},
                 {"earlier", N_("the version in use does not ask it either")},
                 {"merged", N_("the item has become one with another, which is "
                               "answered")}};
  print_entry(one);
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (strcmp(reasons[i].why, zc_text_of(one, "why")) == 0)
      printf("      %s\n", _(reasons[i].text));
}

static void print_field_change(const json_t *one)
{
  print_entry(one);
  print_change(one, zc_text_of(one, "field_title"));
}

static void print_parameter(const json_t *one)
{
  printf("  ");
  zc_say_line(N_("{title}: {from} → {to}"),
              json_pack("{s:s, s:s, s:s}", "title", zc_text_of(one, "title"), "from",
                        zc_text_or(zc_get_text(one, "from"), "—"), "to",
                        zc_text_or(zc_get_text(one, "to"), "—")));
}

static void print_list(const json_t *entries, const char *title,
                       void (*print)(const json_t *one))
{
  size_t index;
  const json_t *one;
  if (json_array_size(entries) == 0)
    return;
  printf("\n%s\n", title);
  json_array_foreach(entries, index, one) print(one);
}

static void print_lists(const zc_upgrading *u)
{
  const json_t *problems = list_of(u, "problems");
  print_list(list_of(u, "asked_again"),
             _("asked again, because the question has changed:"), print_asked_again);
  print_list(list_of(u, "retired"), _("no longer asked; the answers stay as history:"),
             print_retired);
  print_list(list_of(u, "added"), _("newly asked:"), print_entry);
  print_list(list_of(u, "renamed"), _("items with another id:"), print_entry);
  print_list(list_of(u, "changes"), _("changed, and the answers stand:"),
             print_field_change);
  print_list(list_of(u, "parameters"), _("changed parameters:"), print_parameter);
  print_list(json_object_get(list_of(u, "documents"), "asked_again"),
             _("documents that are asked for again:"), print_entry);
  print_list(
      json_object_get(problems, "retired"),
      _("problems of items that are no longer asked; they stay in the ledger and "
        "can be closed:"),
      print_entry);
}

static void print_end(const zc_upgrading *u, const char *decision)
{
  json_t *args = json_pack("{s:O, s:O}", "from", json_object_get(u->from, "version"),
                           "to", json_object_get(u->to, "version"));
  printf("\n");
  if (decision == NULL)
    zc_say_line(N_("nothing was written: `zicha upgrade --apply` goes on with version "
                   "{to}, `zicha upgrade --stay` notes that {from} stays"),
                args);
  else if (strcmp(decision, "stay") == 0)
    zc_say_line(N_("noted: version {from} stays in use"), args);
  else
    zc_say_line(N_("version {to} is in use now; `zicha answer` asks what is open, "
                   "`zicha check` judges anew"),
                args);
}

static void print_text(const zc_upgrading *u, const char *decision)
{
  zc_say_line(N_("{title} ({id}): version {from} → {to}"),
              json_pack("{s:O, s:s, s:O, s:O}", "title",
                        json_object_get(u->next.about, "title"), "id", u->id, "from",
                        json_object_get(u->from, "version"), "to",
                        json_object_get(u->to, "version")));
  if (!zc_upgrade_is_due(u)) {
    zc_say_line(N_("this version is in use already: there is nothing to do"), NULL);
    return;
  }
  print_sums(u);
  print_lists(u);
  print_end(u, decision);
}

/* ---- json ------------------------------------------------------------------------------- */

/* What is told besides the two versions; the rows that are moved are the host's business. */
static json_t *document_of(const zc_upgrading *u, const char *decision)
{
  static const char *const kept[] = {"counts",  "carried",    "asked_again",
                                     "retired", "added",      "renamed",
                                     "changes", "parameters", "documents",
                                     "problems"};
  json_t *document = json_pack("{s:s, s:O, s:O, s:O, s:b}", "plan", u->id, "title",
                               json_object_get(u->next.about, "title"), "from", u->from,
                               "to", u->to, "due", zc_upgrade_is_due(u));
  int bad = document == NULL;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    bad |= json_object_set(document, kept[i], json_object_get(u->sorted, kept[i]));
  if (decision != NULL)
    bad |= json_object_set_new(document, "decision", json_string(decision));
  if (bad == 0)
    return document;
  json_decref(document);
  return NULL;
}

zc_code zc_upgrade_print(const zc_upgrading *u, const char *decision, zc_err *err)
{
  if (strcmp(zc_output_format(u->workspace->cli), "json") == 0)
    return zc_print_document(document_of(u, decision), "upgrade/1", err);
  print_text(u, decision);
  return ZC_OK;
}
