/* Which cell of the table --trace ROW[:GROUP] means. */
#include <string.h>

#include "supervisor/registered.h"
#include "supervisor/statistics.h"
#include "supervisor/traced.h"

zc_code zc_traced_row(const zc_counting *c, const char *id, json_t **row, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_buffer known = {0};
  *row = json_incref((json_t *)zc_counting_row(c, id));
  if (*row == NULL)
    *row = zc_statistics_figure(c, id);
  if (*row != NULL)
    return ZC_OK;
  json_array_foreach(json_object_get(c->table, "rows"), index, one)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", zc_text_of(one, "id"));
  zc_code code =
      zc_fail(err, ZC_EUSAGE,
              "the plan's table has no row {row}; known: {list}, and counts and "
              "figures such as o.missing, l.overdue, c.fine_amount",
              "row", id, "list", zc_text_or(known.data, "—"), NULL);
  zc_buffer_free(&known);
  return code;
}

zc_code zc_traced_group(const zc_counting *c, const char *wanted, int *at,
                        bool *off_roster, zc_err *err)
{
  zc_buffer known = {0};
  *off_roster = false;
  for (size_t i = 0; i < c->counts.count; i++) {
    const zc_count *group = &c->counts.groups[i];
    if (!zc_counting_shows(c, group))
      continue;
    if (strcmp(group->of.title, wanted) == 0)
      *at = (int)i;
    zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ", group->of.title);
  }
  if (zc_counting_others(c)) {
    zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ", ZC_OFF_ROSTER_TITLE);
    *off_roster = *at < 0 && strcmp(wanted, ZC_OFF_ROSTER_TITLE) == 0;
  }
  if (*off_roster)
    *at = (int)c->counts.count; /* the column behind those of all groups */
  zc_code code = *at >= 0 ? ZC_OK
                          : zc_fail(err, ZC_EUSAGE,
                                    *wanted == '\0'
                                        ? N_("--trace has no group behind the colon; "
                                             "known: {list}")
                                        : N_("the roster has no group {group}; known: "
                                             "{list}"),
                                    "group", wanted, "list",
                                    zc_text_or(known.data, "—"), NULL);
  zc_buffer_free(&known);
  return code;
}
