#include "cli/paper_sources.h"

#include "base/text.h"

static zc_code check_columns(const zc_paper_rows *rows, const char *source,
                             const json_t *pick, zc_err *err)
{
  size_t index;
  const json_t *one;
  json_array_foreach(pick, index, one)
  {
    const char *column = zc_text_or(json_string_value(one), "");
    if (!rows->has(source, column))
      return zc_fail(err, ZC_EINTERNAL, "the rows of {source} have no column {column}",
                     "source", source, "column", column, NULL);
  }
  return ZC_OK;
}

static zc_code check_table(const zc_paper_rows *const *sources, const json_t *node,
                           zc_err *err)
{
  const char *source = zc_get_text(node, "rows");
  if (source == NULL)
    return ZC_OK;
  for (; *sources != NULL; sources++)
    if ((*sources)->names(source))
      return check_columns(*sources, source, json_object_get(node, "pick"), err);
  return zc_fail(err, ZC_EINTERNAL,
                 "a table has its rows from {source}, which is not known here",
                 "source", source, NULL);
}

zc_code zc_paper_sources_known(const zc_paper_rows *const *sources, const json_t *tree,
                               zc_err *err)
{
  size_t index;
  const json_t *node;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(tree, "children"), index, node)
  {
    if (code == ZC_OK)
      code = check_table(sources, node, err);
  }
  return code;
}
