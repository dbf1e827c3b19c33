/* What a package uses of the rule library: the files beside the shipped rules. */
#include <string.h>

#include "package/package.h"
#include "value/yaml.h"

static bool is_known(const json_t *stems, const char *stem, size_t size)
{
  size_t index;
  const json_t *known;
  json_array_foreach(stems, index, known)
  {
    if (json_string_length(known) == size &&
        strncmp(json_string_value(known), stem, size) == 0)
      return true;
  }
  return false;
}

/* rx of rx.over_days. Non-zero when out of memory, as the next. */
static int add_stem(const json_t *rule, json_t *stems)
{
  const char *id = zc_text_or(json_string_value(rule), "");
  size_t size = strcspn(id, ".");
  if (id[size] != '.' || is_known(stems, id, size))
    return 0;
  return json_array_append_new(stems, json_stringn(id, size));
}

/* The measures of a formula: fee of m["fee.total"]. */
static int add_measures(const char *formula, json_t *stems)
{
  int bad = 0;
  for (const char *at = strstr(formula, "m[\""); at != NULL; at = strstr(at, "m[\"")) {
    json_t *measure = json_stringn(at + 3, strcspn(at + 3, "\""));
    bad |= measure == NULL ? -1 : add_stem(measure, stems);
    json_decref(measure);
    at += 3;
  }
  return bad;
}

static bool is_key(const char *key, const char *english, const char *chinese)
{
  return strcmp(key, english) == 0 || strcmp(key, chinese) == 0;
}

/* Of all that stands under `rules` or `formula`, however deep: the engine says later what of
 * it is a rule. */
static int add_stems(const json_t *value, bool in_rules, json_t *stems)
{
  size_t index;
  const char *key;
  const json_t *inner;
  json_t *member;
  int bad = 0;
  json_array_foreach(value, index, inner) bad |= in_rules && json_is_string(inner)
                                                     ? add_stem(inner, stems)
                                                     : add_stems(inner, false, stems);
  json_object_foreach((json_t *)value, key, member)
  {
    if (json_is_string(member) && is_key(key, "formula", "公式"))
      bad |= add_measures(json_string_value(member), stems);
    else
      bad |= add_stems(member, is_key(key, "rules", "规则"), stems);
  }
  return bad;
}

/* Parameters of signals, which no item names, begin with signal_. */
static int add_signals(const json_t *plan, json_t *stems)
{
  static const char *const names[] = {"parameters", "参数"};
  const char *id;
  const json_t *value;
  int bad = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    json_object_foreach(json_object_get(plan, names[i]), id, value)
    {
      if (strncmp(id, "signal_", 7) == 0 &&
          !is_known(stems, ZC_SIGNALS, strlen(ZC_SIGNALS)))
        bad |= json_array_append_new(stems, json_string(ZC_SIGNALS));
    }
  return bad;
}

/* The rules of one layer's items, those that it gives items of its parents, and the measures
 * of its figures. */
static int add_layer(const json_t *layer, json_t *stems)
{
  size_t index;
  const json_t *document;
  const json_t *plan = json_object_get(json_object_get(layer, "plan"), "value");
  int bad = add_stems(json_object_get(plan, "change"), false, stems);
  bad |= add_stems(json_object_get(plan, "变更"), false, stems);
  bad |= add_signals(plan, stems);
  bad |= add_signals(json_object_get(plan, "change"), stems);
  bad |= add_signals(json_object_get(plan, "变更"), stems);
  bad |= add_stems(json_object_get(plan, "signals"), false, stems);
  bad |= add_stems(json_object_get(plan, "走过场提示"), false, stems);
  bad |= add_stems(json_object_get(plan, "statistics"), false, stems);
  bad |= add_stems(json_object_get(plan, "量化统计表"), false, stems);
  json_array_foreach(json_object_get(layer, "items"), index, document)
  {
    bad |= add_stems(json_object_get(document, "value"), false, stems);
  }
  return bad;
}

/* The lines of the section `parameters`, the others blank, so that lines keep their
 * numbers: a library file tells of rules more than a check wants to know. */
static void keep_parameters(const char *text, zc_buffer *out)
{
  bool kept = false;
  while (*text != '\0') {
    size_t size = strcspn(text, "\n");
    if (strchr(" #-\n\r", *text) == NULL) /* a key of its own */
      kept = strncmp(text, "parameters:", 11) == 0 ||
             strncmp(text, "参数:", strlen("参数:")) == 0;
    if (kept)
      zc_buffer_add(out, text, size);
    zc_buffer_text(out, "\n");
    text += size + (text[size] == '\n');
  }
}

static zc_code add_file(const zc_text_file *file, bool in_full, json_t *documents,
                        json_t *faults, zc_err *err)
{
  zc_buffer kept = {0};
  json_t *document = NULL;
  if (!in_full)
    keep_parameters(file->text, &kept);
  const char *text = in_full ? file->text : zc_text_or(kept.data, "");
  zc_code code = zc_buffer_check(&kept, err);
  if (code == ZC_OK && text[strspn(text, "\n")] != '\0')
    code = zc_yaml_parse(file->path, text, strlen(text), faults, &document, err);
  if (code == ZC_OK && document != NULL &&
      json_array_append_new(documents, document) != 0)
    code = zc_fail_memory(err);
  zc_buffer_free(&kept);
  return code;
}

/* The YAML files of these stems. */
static zc_code read_files(const zc_home *home, const json_t *stems, bool in_full,
                          json_t *documents, json_t *faults, zc_err *err)
{
  zc_texts files = {0};
  zc_code code = zc_shipped_texts(home, "scripts/rules", ".yaml", stems, &files, err);
  for (size_t i = 0; code == ZC_OK && i < files.count; i++)
    code = add_file(&files.files[i], in_full, documents, faults, err);
  zc_texts_free(&files);
  return code;
}

zc_code zc_package_add_library(const zc_home *home, bool in_full, const char *also,
                               zc_package *package, json_t *faults, zc_err *err)
{
  json_t *stems = json_array(), *documents = json_array();
  size_t index;
  const json_t *parent;
  int bad = stems == NULL || documents == NULL ? -1 : add_layer(package->bundle, stems);
  json_array_foreach(json_object_get(package->bundle, "parents"), index, parent)
  {
    bad |= add_layer(parent, stems);
  }
  if (also != NULL && !is_known(stems, also, strlen(also)))
    bad |= json_array_append_new(stems, json_string(also));
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && json_array_size(stems) > 0)
    code = read_files(home, stems, in_full, documents, faults, err);
  if (code == ZC_OK && json_array_size(documents) > 0 &&
      json_object_set(package->bundle, "rule_library", documents) != 0)
    code = zc_fail_memory(err);
  json_decref(documents);
  json_decref(stems);
  return code;
}
