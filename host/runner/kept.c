#include "runner/kept.h"

json_t *zc_kept_new(void)
{
  return json_pack("{s:{}, s:[[]], s:i}", "runs", "names", "bytes", 0);
}

static json_t *run_of(json_t *kept, const char *key)
{
  json_t *runs = json_object_get(kept, "runs"), *run = json_object_get(runs, key);
  if (run == NULL && (run = json_pack("{s:[]}", "chunks")) != NULL &&
      json_object_set_new(runs, key, run) != 0)
    return NULL;
  return run;
}

/* Which process speaks: as many have told their names, or ended without. */
static json_int_t process_of(const json_t *kept)
{
  return (json_int_t)json_array_size(json_object_get(kept, "names")) - 1;
}

int zc_kept_take(json_t *kept, const json_t *frame, json_int_t most)
{
  const char *key = zc_text_of(frame, "hits");
  json_t *rows = json_object_get(frame, "rows");
  json_int_t bytes = zc_get_integer(kept, "bytes", 0),
             size = (json_int_t)json_string_length(rows);
  /* What a process sent that was stopped half-way is sent again. */
  if (zc_get_flag(frame, "first"))
    zc_kept_forget(kept, key);
  json_t *run = run_of(kept, key);
  int bad = run == NULL;
  bool full = zc_get_flag(run, "more") || size > most - bytes;
  if (bad == 0 && !full && size > 0)
    bad = json_array_append_new(json_object_get(run, "chunks"),
                                json_pack("[I, O]", process_of(kept), rows)) |
          json_object_set_new(kept, "bytes", json_integer(bytes + size));
  if (bad == 0 && (full || zc_get_flag(frame, "more")))
    bad = json_object_set_new(run, "more", json_true());
  return bad;
}

int zc_kept_name(json_t *kept, json_t *numbers)
{
  json_t *names = json_object_get(kept, "names");
  return json_array_set(names, json_array_size(names) - 1, numbers);
}

int zc_kept_next(json_t *kept)
{
  return json_array_append_new(json_object_get(kept, "names"), json_array());
}

void zc_kept_forget(json_t *kept, const char *key)
{
  json_object_del(json_object_get(kept, "runs"), key);
}

/* A patient's name in a hit. A process that was ended could not say under which number a
 * patient goes: the mark tells it from the others. */
void zc_kept_patient(const json_t *numbers, json_int_t place, zc_buffer *out)
{
  const json_t *number = place < 0 ? NULL : json_array_get(numbers, (size_t)place);
  zc_buffer_text(out, json_is_integer(number) ? "患者#" : "患者#?");
  zc_buffer_number(out,
                   json_is_integer(number) ? json_integer_value(number) : place + 1);
}

static json_t *name_of(const json_t *numbers, json_int_t place)
{
  zc_buffer text = {0};
  zc_kept_patient(numbers, place, &text);
  json_t *name = text.failed ? NULL : json_stringn(text.data, text.size);
  zc_buffer_free(&text);
  return name;
}

static int name_patients(json_t *pairs, const json_t *numbers)
{
  size_t index;
  json_t *pair;
  int bad = 0;
  json_array_foreach(pairs, index, pair)
  {
    const json_t *cell = json_array_get(pair, 1);
    if (json_is_integer(cell))
      bad |= json_array_set_new(pair, 1, name_of(numbers, json_integer_value(cell)));
  }
  return bad;
}

/* What is no list of hits comes from a process that is not what it should be. */
static zc_code add_chunk(const json_t *kept, const json_t *chunk, json_t *rows,
                         zc_err *err)
{
  size_t process = (size_t)json_integer_value(json_array_get(chunk, 0)), index;
  const json_t *text = json_array_get(chunk, 1);
  const json_t *numbers = json_array_get(json_object_get(kept, "names"), process);
  json_t *found = NULL, *row;
  zc_code code = zc_json_parse(json_string_value(text), json_string_length(text),
                               &found, err);
  int bad = 0;
  json_array_foreach(found, index, row)
  {
    bad |= name_patients(json_object_get(row, "show"), numbers);
    bad |= name_patients(json_object_get(row, "keys"), numbers);
  }
  bad |= json_is_array(found) && json_array_extend(rows, found) != 0;
  json_decref(found);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_kept_rows(const json_t *kept, const char *key, json_t **rows, bool *more,
                     zc_err *err)
{
  const json_t *run = json_object_get(json_object_get(kept, "runs"), key), *chunk;
  json_t *list = json_array();
  size_t index;
  zc_code code = list == NULL ? zc_fail_memory(err) : ZC_OK;
  *more = zc_get_flag(run, "more");
  *rows = NULL;
  json_array_foreach(json_object_get(run, "chunks"), index, chunk)
  {
    if (code == ZC_OK)
      code = add_chunk(kept, chunk, list, err);
  }
  if (code == ZC_OK)
    *rows = list;
  else
    json_decref(list);
  return code;
}
