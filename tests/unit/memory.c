/* Memory that runs out: each allocation of a call fails in turn, once alone and once
 * with all that follow. A call either does its work all the same or says that memory is
 * out; it never says anything else, and never gives half a result.
 *
 * The modules are compiled into this program once more so that their allocations are
 * counted; the library's are counted through its hooks. */
#include <assert.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"

static long left = -1; /* allocations until one fails; -1: none does */
static bool ever_after, failed;

static bool runs_out(void)
{
  if (left < 0)
    return false;
  if (left > 0) {
    left--;
    return false;
  }
  left = ever_after ? 0 : -1;
  failed = true;
  return true;
}

static void *counted_malloc(size_t size)
{
  return runs_out() ? NULL : malloc(size);
}

static void *counted_calloc(size_t count, size_t size)
{
  return runs_out() ? NULL : calloc(count, size);
}

static void *counted_realloc(void *old, size_t size)
{
  return runs_out() ? NULL : realloc(old, size);
}

static char *counted_strdup(const char *text)
{
  return runs_out() ? NULL : strdup(text);
}

#define malloc counted_malloc
#define calloc counted_calloc
#define realloc counted_realloc
#define strdup counted_strdup
#include "base/arena.c"
#include "base/buffer.c"
#include "base/file.c"
#include "base/text.c"
#include "value/fault.c"
#include "value/frame.c"
#include "value/json.c"
#include "value/texts.c"
#include "value/yaml.c"
#define begin begin_hash /* names that yaml.c has too */
#define end end_hash
#include "base/hash.c"
#undef begin
#undef end
#undef malloc
#undef calloc
#undef realloc
#undef strdup

/* Does its work once, asserts that the result is right or absent, and returns the code. */
typedef zc_code attempt(void);

/* `also` is a code that a library may take some failed allocations for: jansson calls
 * those of its scanner invalid text. */
static void sweep_as(attempt *work, zc_code also)
{
  json_set_alloc_funcs(counted_malloc, free);
  json_object_seed(1);
  cr_assert(eq(int, work(), ZC_OK));
  for (int mode = 0; mode < 2; mode++) {
    long n = 0, wrong = 0, first = 0;
    zc_code said = ZC_OK;
    do {
      left = n;
      ever_after = mode != 0;
      failed = false;
      zc_code code = work();
      left = -1;
      if (code != ZC_OK && code != ZC_EINTERNAL && code != also && wrong++ == 0) {
        first = n;
        said = code;
      }
      cr_assert(n < 20000);
      n++;
    } while (failed);
    cr_expect(gt(int, (int)n, 1)); /* there was something to fail */
    cr_expect(wrong == 0,
              "%ld of %ld failed allocations%s are called %d; the first is %ld", wrong,
              n - 1, mode != 0 ? ", all that follow too," : "", (int)said, first);
  }
  json_set_alloc_funcs(malloc, free);
}

static void sweep(attempt *work)
{
  sweep_as(work, ZC_EINTERNAL);
}

static const char json_text[] =
    "{\"id\":\"rx\",\"标题\":\"处方用量超过七日且未注明理由的处方\",\"n\":[1,-2,[true,{"
    "}]],"
    "\"m\":{\"a\":{\"b\":\"\\u836f\\n\"},\"c\":[]}}";

static zc_code parse_json(void)
{
  json_t *value;
  zc_err err;
  zc_code code = zc_json_parse(json_text, sizeof json_text - 1, &value, &err);
  cr_expect(eq(int, code == ZC_OK, value != NULL));
  json_decref(value);
  return code;
}

Test(memory, parsing_json)
{
  sweep_as(parse_json, ZC_EDATA);
}

static json_t *many; /* more members than are sorted on the stack */

static void make_many(void)
{
  many = json_object();
  for (int i = 0; i < 50; i++) {
    char key[16];
    snprintf(key, sizeof key, "k%d", i * 37 % 50);
    json_object_set_new(many, key, json_pack("{s:s,s:i}", "a", "药品<>", "b", i));
  }
}

static zc_code write_canonical(void)
{
  zc_buffer out = {0};
  zc_err err;
  zc_code code = zc_json_canonical(many, &out, &err);
  if (code == ZC_OK) {
    cr_expect(eq(int, strncmp(out.data, "{\"k0\":{\"a\":\"药品\\u003c", 24), 0));
    cr_expect(eq(chr, out.data[out.size - 1], '}'));
  }
  zc_buffer_free(&out);
  return code;
}

Test(memory, writing_canonical_json)
{
  make_many();
  sweep(write_canonical);
  json_decref(many);
}

static zc_code fill_message(void)
{
  zc_err err;
  zc_fail(&err, ZC_EDATA, "{path} is {n}", "path", "处方\xff.csv", "n", "7", NULL);
  json_t *message = zc_message_of(&err);
  if (message == NULL)
    return ZC_EINTERNAL;
  char *text = zc_message_fill(err.text, json_object_get(message, "args"));
  if (text != NULL)
    cr_expect(eq(str, text, (char *)"处方\xef\xbf\xbd.csv is 7"));
  bool full = text != NULL;
  free(text);
  json_decref(message);
  return full ? ZC_OK : ZC_EINTERNAL;
}

Test(memory, filling_messages)
{
  sweep(fill_message);
}

static zc_code list_faults(void)
{
  zc_err err;
  zc_code code = ZC_OK;
  json_t *faults = json_array();
  for (int i = 0; i < 12 && code == ZC_OK; i++)
    if (zc_fault(faults, (zc_place){"f.yaml", 12 - i, 1}, "the key {key} stands twice",
                 "key", "标题", "hint", "delete one", NULL) != 0)
      code = ZC_EINTERNAL;
  if (code == ZC_OK)
    code = zc_fault_sort(faults, &err);
  if (code == ZC_OK) {
    cr_expect(eq(sz, json_array_size(faults), 12));
    cr_expect(eq(int, (int)zc_get_integer(json_array_get(faults, 0), "line", 0), 1));
  }
  json_decref(faults);
  return code;
}

Test(memory, collecting_and_sorting_faults)
{
  sweep(list_faults);
}

static const char *yaml_text;
static zc_code yaml_code; /* what it is with memory enough */

/* A file with errors is ZC_EDATA when memory suffices; that is success here. */
static zc_code read_yaml(void)
{
  zc_err err;
  json_t *document = NULL;
  long saved = left;
  left = -1;
  json_t *faults = json_array();
  left = saved;
  zc_code code = zc_yaml_parse("f.yaml", yaml_text, strlen(yaml_text), faults,
                               &document, &err);
  cr_expect(eq(int, code == ZC_OK, document != NULL));
  if (code == ZC_EDATA) {
    cr_expect(gt(sz, zc_fault_errors(faults), 0));
    code = yaml_code == ZC_EDATA ? ZC_OK : ZC_EDATA;
  }
  json_decref(document);
  json_decref(faults);
  return code;
}

Test(memory, reading_yaml)
{
  yaml_text = "标题: 甲\nitems:\n  - id: a\n    basis: [{id: p,article: 十九},[x,y]]\n"
              "    \"a b\": |\n      x\n      y\n  - []\n";
  yaml_code = ZC_OK;
  sweep(read_yaml);
}

Test(memory, reading_yaml_with_mistakes)
{
  static const char *const texts[] = {"a: {b: [1]}\nc: 2\na: 3\n", "a: &x 1\n",
                                      "a:\n  b: [1\n", "a: \x07\n"};
  yaml_code = ZC_EDATA;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    yaml_text = texts[i];
    sweep(read_yaml);
  }
}

Test(memory, reading_yaml_in_gb18030)
{
  yaml_text = "\xb1\xea\xcc\xe2: \xd2\xa9\xc6\xb7\n";
  yaml_code = ZC_OK;
  sweep(read_yaml);
}

static zc_code send_frames(void)
{
  int ends[2];
  zc_err err;
  zc_texts texts = {0}, again = {0};
  zc_buffer out = {0};
  json_t *value = NULL;
  cr_assert(pipe(ends) == 0);
  zc_code code = zc_texts_add(&texts, "rules/rx.lua", "return 1\n", 9, &err);
  if (code == ZC_OK)
    code = zc_texts_add(&texts, "b.lua", "", 0, &err);
  if (code == ZC_OK)
    code = zc_frame_pack(many, &out, &err);
  if (code == ZC_OK)
    code = zc_frame_pack_texts(&texts, &out, &err);
  if (code == ZC_OK) {
    cr_assert(write(ends[1], out.data, out.size) == (ssize_t)out.size);
    close(ends[1]);
    ends[1] = -1;
    code = zc_frame_read(ends[0], &value, &err);
    cr_expect(eq(int, code == ZC_OK, value != NULL));
  }
  if (code == ZC_OK)
    code = zc_frame_read_texts(ends[0], &again, &err);
  if (code == ZC_OK)
    cr_expect(eq(sz, again.count, 2));
  json_decref(value);
  zc_texts_free(&texts);
  zc_texts_free(&again);
  zc_buffer_free(&out);
  close(ends[0]);
  if (ends[1] >= 0)
    close(ends[1]);
  return code;
}

Test(memory, frames_and_texts)
{
  make_many();
  sweep_as(send_frames, ZC_EDATA);
  json_decref(many);
}

static folder place;

static zc_code list_names(void)
{
  zc_names names;
  zc_err err;
  zc_code code = zc_folder_names(place.fd, ".", &names, &err);
  cr_expect(eq(sz, names.count, code == ZC_OK ? 20 : 0));
  zc_names_free(&names);
  return code;
}

static zc_code load_file(void)
{
  zc_buffer out = {0};
  zc_err err;
  zc_code code = zc_file_read_beneath(place.fd, "f0", 100, &out, &err);
  if (code == ZC_OK)
    cr_expect(eq(str, out.data, (char *)"text"));
  zc_buffer_free(&out);
  return code;
}

static zc_code copy_file(void)
{
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int fd = openat(place.fd, "f0", O_RDONLY);
  zc_code code = zc_file_copy(fd, place.fd, "f1", 0600, 100, digits, NULL, &err);
  cr_expect(eq(sz, folder_count(&place), 20)); /* no draft stays */
  close(fd);
  return code;
}

static zc_code hash_file(void)
{
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int fd = openat(place.fd, "f0", O_RDONLY);
  zc_code code = zc_file_hash(fd, "f0", digits, &err);
  close(fd);
  return code;
}

Test(memory, files)
{
  place = folder_new();
  for (int i = 0; i < 20; i++) {
    char name[24];
    snprintf(name, sizeof name, "f%d", i);
    folder_put(&place, name, "text");
  }
  size_t before = open_descriptors();
  sweep(list_names);
  sweep(load_file);
  sweep(copy_file);
  sweep(hash_file);
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&place);
}

/* What was taken before stays readable, and the arena can still be freed. */
static zc_code take_pieces(void)
{
  zc_arena arena = {0};
  zc_code code = ZC_OK;
  char *first = zc_arena_copy(&arena, "药品", 6);
  for (int i = 0; i < 100 && code == ZC_OK; i++)
    if (zc_arena_take(&arena, 1000) == NULL)
      code = ZC_EINTERNAL;
  if (first == NULL)
    code = ZC_EINTERNAL;
  else
    cr_expect(eq(str, first, (char *)"药品"));
  zc_arena_free(&arena);
  return code;
}

Test(memory, arenas)
{
  sweep(take_pieces);
}

static zc_code append_bytes(void)
{
  zc_buffer out = {0};
  zc_err err;
  for (int i = 0; i < 500; i++)
    zc_buffer_print(&out, "%s%d,", "药", i);
  zc_code code = zc_buffer_check(&out, &err);
  char *text = zc_buffer_take(&out);
  cr_expect(eq(int, text != NULL, code == ZC_OK));
  cr_expect(eq(ptr, out.data, NULL));
  free(text);
  return code;
}

Test(memory, buffers)
{
  sweep(append_bytes);
}
