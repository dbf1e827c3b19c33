/* plan diff OLD NEW --child PACKAGE: what a new version of its parent means for a package, and
 * what is to be decided. Nothing is written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "author/plan_view.h"
#include "cli/message.h"
#include "cli/paper.h"

typedef struct {
  zc_plan *plan; /* the parent as it was; borrowed */
  zc_beside newer;
  char *folder;           /* of the child */
  zc_package child, upon; /* upon the one parent, and upon the other */
  json_t *faults;         /* why `upon` cannot be read; its bundle is not asked then */
  json_t *answer;
} three;

static const char *shown(const json_t *object, const char *key)
{
  return zc_text_or(zc_get_text(object, key), "—");
}

/* ---- reading --------------------------------------------------------------------------- */

static zc_code read_child(three *all, const char *name, zc_err *err)
{
  const zc_home *home = all->plan->home;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_package_find(home, name, &all->folder, err);
  if (code == ZC_OK) {
    code = zc_package_read_upon(home, all->folder, all->plan->package.folder, faults,
                                &all->child, err);
    zc_print_layered(faults, all->folder, all->child.parents);
  }
  json_decref(faults);
  return code;
}

/* Files that do not go together with those of the new parent are something to decide. */
static zc_code read_upon(three *all, zc_err *err)
{
  zc_err refused = {0};
  all->faults = json_array();
  if (all->faults == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_package_read_upon(all->plan->home, all->folder, all->newer.folder,
                                      all->faults, &all->upon, &refused);
  if (code == ZC_EDATA && zc_fault_errors(all->faults) > 0)
    return ZC_OK;
  if (code != ZC_OK)
    *err = refused;
  return code;
}

static const json_t *plan_of(const zc_package *package)
{
  return json_object_get(json_object_get(package->bundle, "plan"), "value");
}

/* Whether the packages are two versions of one parent, and its child. */
static zc_code check_family(const three *all, zc_err *err)
{
  const char *old = zc_text_of(all->plan->about, "id");
  const char *newer = zc_text_or(zc_package_says_id(plan_of(&all->newer.package)), "");
  const char *extended = zc_package_says_parent(plan_of(&all->child)).id;
  if (strcmp(old, newer) != 0)
    return zc_fail(err, ZC_EDATA,
                   "{path} is the plan {found}, not another version of {id}", "path",
                   all->newer.folder, "found", newer, "id", old, NULL);
  if (strcmp(zc_text_or(extended, ""), old) == 0)
    return ZC_OK;
  return zc_fail(
      err, ZC_EDATA,
      "{path} does not extend {id}: compare with the plan that stands in its "
      "`extends`",
      "path", all->folder, "id", old, NULL);
}

static json_t *request_of(const three *all)
{
  json_t *args = json_pack("{s:O, s:O, s:O}", "new", all->newer.package.bundle, "child",
                           all->child.bundle, "faults", all->faults);
  if (args != NULL && zc_fault_errors(all->faults) == 0 &&
      json_object_set(args, "upon", all->upon.bundle) != 0) {
    json_decref(args);
    return NULL;
  }
  return args;
}

/* Errors in one of the packages are told, with its folder. */
static zc_code check_answer(three *all, zc_err *err)
{
  json_t *faults = json_object_get(all->answer, "faults");
  const zc_beside child = {all->folder, all->child};
  if (strcmp(zc_text_of(all->answer, "of"), "child") == 0)
    return zc_beside_check(&child, faults, err);
  return zc_beside_check(&all->newer, faults, err);
}

static zc_code ask(three *all, const char *newer, const char *child, zc_err *err)
{
  zc_code code = zc_beside_open(all->plan, newer, &all->newer, err);
  if (code == ZC_OK)
    code = read_child(all, child, err);
  if (code == ZC_OK)
    code = check_family(all, err);
  if (code == ZC_OK)
    code = read_upon(all, err);
  if (code == ZC_OK)
    code = zc_plan_tell_rules(all->plan, all->child.bundle, err);
  if (code == ZC_OK)
    code = zc_plan_call(all->plan, "three_way", request_of(all), &all->answer, err);
  if (code == ZC_OK)
    code = check_answer(all, err);
  if (code == ZC_OK)
    code = zc_package_compare(&all->plan->package, &all->newer.package,
                              json_object_get(all->answer, "takes"), err);
  return code;
}

/* ---- in sentences --------------------------------------------------------------------- */

/* What the engine says is data, {text, args}; readers get a sentence. Papers are in Chinese. */
typedef char *language(const json_t *message);

static int add_sentence(json_t *target, const char *key, const json_t *message,
                        const char *from, language *say)
{
  if (zc_get_text(message, from) == NULL)
    return 0;
  json_t *said = json_pack("{s:O, s:O*}", "text", json_object_get(message, from),
                           "args", json_object_get(message, "args"));
  char *text = said == NULL ? NULL : say(said);
  int bad = text == NULL ? -1 : json_object_set_new(target, key, json_string(text));
  free(text);
  json_decref(said);
  return bad;
}

/* A conflict's own advice goes before that of the mistake at its place. */
static int say(json_t *entry, language *in)
{
  const json_t *problem = json_object_get(entry, "problem");
  const json_t *hint = json_object_get(entry, "hint");
  int bad = add_sentence(entry, "message", problem, "text", in);
  bad |= add_sentence(entry, "remedy", problem, "hint", in);
  bad |= add_sentence(entry, "remedy", hint, "text", in);
  json_object_del(entry, "problem");
  json_object_del(entry, "hint");
  return bad;
}

static zc_code say_all(json_t *answer, language *in, zc_err *err)
{
  json_t *pinned = json_object_get(answer, "pinned"), *conflict;
  size_t index;
  int bad = pinned == NULL ? 0 : say(pinned, in);
  json_array_foreach(json_object_get(answer, "conflicts"), index, conflict)
      bad |= say(conflict, in);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- on the screen --------------------------------------------------------------------- */

static void print_place(const char *folder, const json_t *parents, const json_t *at)
{
  zc_buffer path = {0};
  zc_add_path(&path, folder, shown(at, "file"), parents);
  printf("%s:%lld", zc_text_or(path.data, ""),
         (long long)zc_get_integer(at, "line", 0));
  zc_buffer_free(&path);
}

static void print_changes(const json_t *answer, const char *key, const char *title)
{
  const json_t *list = json_object_get(answer, key), *change;
  size_t index;
  printf("\n%s (%zu)\n", title, json_array_size(list));
  json_array_foreach(list, index, change) zc_view_print_difference(change);
}

static const char *kind_title(const char *kind)
{
  static const struct {
    const char *kind, *title;
  } titles[] = {{"changed", N_("both have changed this")},
                {"passed", N_("the new parent has passed the package's own value")},
                {"removed", N_("the new parent does not have this entry any more")},
                {"retired", N_("the new parent does not ask this any more")},
                {"left_out",
                 N_("the new parent has changed what the package leaves out")},
                {"added", N_("both have an entry with this id now")},
                {"count", N_("a number of entries is not right any more")},
                {"broken", N_("the package does not go together with the new parent")}};
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].kind, kind) == 0)
      return _(titles[i].title);
  return kind;
}

/* The three values, each with the place where it stands. */
static void print_values(const three *all, const json_t *conflict)
{
  const struct {
    const char *title, *value, *at;
    const zc_package *package;
  } rows[] = {{_("the parent as it was"), "old", "old_at", &all->plan->package},
              {_("the parent as it is now"), "new", "new_at", &all->newer.package},
              {_("the package"), "child", NULL, NULL}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const json_t *at = rows[i].at == NULL ? NULL
                                          : json_object_get(conflict, rows[i].at);
    printf("    %s: %s", rows[i].title, shown(conflict, rows[i].value));
    if (at != NULL) {
      printf("  (");
      print_place(rows[i].package->folder, rows[i].package->parents, at);
      printf(")");
    }
    if (i + 1 < sizeof rows / sizeof *rows)
      printf("\n");
  }
  if (zc_get_text(conflict, "authorised_by") != NULL)
    printf("  (%s)", zc_get_text(conflict, "authorised_by"));
  zc_view_print_direction(conflict);
}

static void print_conflict(const three *all, const json_t *conflict)
{
  const json_t *at = json_object_get(conflict, "at");
  const char *title = zc_text_of(conflict, "title");
  if (at != NULL) {
    print_place(all->folder, NULL, at);
    if (zc_get_integer(at, "column", 0) > 0)
      printf(":%lld", (long long)zc_get_integer(at, "column", 0));
    printf(": ");
  }
  printf("%s\n", kind_title(shown(conflict, "kind")));
  if (zc_get_text(conflict, "section") != NULL) {
    printf("    %s %s%s%s", shown(conflict, "section_title"), shown(conflict, "id"),
           *title == '\0' ? "" : "  ", title);
    printf("%s%s\n", zc_get_text(conflict, "field_title") == NULL ? "" : "  ",
           zc_text_of(conflict, "field_title"));
    print_values(all, conflict);
  }
  if (zc_get_text(conflict, "message") != NULL)
    printf("    %s\n", zc_get_text(conflict, "message"));
  if (zc_get_text(conflict, "remedy") != NULL)
    printf("    → %s\n", zc_get_text(conflict, "remedy"));
}

static void print_text(const three *all)
{
  static const char *const heads[][2] = {{"-", "old"}, {"+", "new"}, {"*", "child"}};
  const json_t *conflicts = json_object_get(all->answer, "conflicts"), *conflict;
  const json_t *pinned = json_object_get(all->answer, "pinned");
  size_t index;
  for (size_t i = 0; i < 3; i++) {
    const json_t *plan = json_object_get(all->answer, heads[i][1]);
    printf("%s %s (%s)  %s\n", heads[i][0], shown(plan, "id"), shown(plan, "version"),
           shown(plan, "title"));
  }
  print_changes(all->answer, "takes", _("taken over from the new parent"));
  print_changes(all->answer, "keeps", _("changed by the package alone"));
  if (json_array_size(json_object_get(all->answer, "agreed")) > 0)
    print_changes(all->answer, "agreed", _("both say the same now"));
  printf("\n%s (%zu)\n", _("to be decided"), json_array_size(conflicts));
  json_array_foreach(conflicts, index, conflict) print_conflict(all, conflict);
  if (pinned != NULL) {
    printf("\n");
    print_place(all->folder, NULL, json_object_get(pinned, "at"));
    printf(": %s\n", shown(pinned, "message"));
  }
  zc_say_line(N_("{takes} changes come by themselves, {keeps} stay, {count} are to be "
                 "decided"),
              json_pack("{s:I, s:I, s:I}", "takes",
                        (json_int_t)json_array_size(
                            json_object_get(all->answer, "takes")),
                        "keeps",
                        (json_int_t)json_array_size(
                            json_object_get(all->answer, "keeps")),
                        "count", (json_int_t)json_array_size(conflicts)));
}

/* ---- as a paper ------------------------------------------------------------------------ */

static zc_code print_paper(const three *all, zc_err *err)
{
  json_t *args = json_pack("{s:O}", "data", all->answer);
  int bad = json_object_set_new(all->answer, "zicha", json_string("three-way/1"));
  zc_code code = bad != 0 || args == NULL ? zc_fail_memory(err)
                                          : zc_paper_print(all->plan, "plan_three_way",
                                                           args, all->answer, err);
  json_decref(args);
  return code;
}

static zc_code print(const three *all, zc_err *err)
{
  const zc_cli *cli = all->plan->cli;
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  bool paper = zc_option_values(cli, "out") != NULL || zc_view_is_paper(format);
  zc_code code = say_all(all->answer, paper ? zc_message_chinese : zc_message_text,
                         err);
  if (code != ZC_OK)
    return code;
  if (paper)
    return print_paper(all, err);
  if (zc_view_wants_json(cli))
    return zc_view_print_json(cli, json_incref(all->answer), "three-way/1", err);
  print_text(all);
  return ZC_OK;
}

zc_code zc_plan_three_way(zc_plan *plan, const char *newer, const char *child,
                          bool *clean, zc_err *err)
{
  three all = {.plan = plan};
  zc_code code = ask(&all, newer, child, err);
  *clean = json_array_size(json_object_get(all.answer, "conflicts")) == 0;
  if (code == ZC_OK)
    code = print(&all, err);
  json_decref(all.answer);
  json_decref(all.faults);
  zc_package_free(&all.upon);
  zc_package_free(&all.child);
  free(all.folder);
  zc_beside_free(&all.newer);
  return code;
}
