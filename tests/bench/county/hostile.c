/* Reports that mean harm: valid ones, changed in one way each. Where the content was changed
 * the file is signed afterwards, as its facility could, so that it reaches every output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facility/submit.h"
#include "facility/written.h"
#include "county.h"

typedef struct {
  dice dice;
  place *place;
  course course;
  json_t *record, *ledger;
  sealed s;
  const char *name; /* of the mutation */
  const char *expect;
  bool text_made; /* the Markdown is there already, as the mutation wants it */
} victim;

/* ---- of the file's bytes: unsigned changes ------------------------------------------- */

static void flip(victim *v)
{
  for (int i = dice_between(&v->dice, 1, 20); i > 0; i--)
    v->s.packed.data[dice_below(&v->dice, (int)v->s.packed.size)] ^=
        (char)(1 << dice_below(&v->dice, 8));
}

static void cut(victim *v)
{
  v->s.packed.size = (size_t)dice_below(&v->dice, (int)v->s.packed.size);
}

static void append(victim *v)
{
  for (int i = dice_between(&v->dice, 1, 300); i > 0; i--)
    zc_buffer_char(&v->s.packed, (char)dice_below(&v->dice, 256));
}

static void drop_middle(victim *v)
{
  zc_buffer *b = &v->s.packed;
  size_t at = (size_t)dice_below(&v->dice, (int)b->size / 2);
  size_t size = (size_t)dice_between(&v->dice, 1, (int)b->size / 3);
  memmove(b->data + at, b->data + at + size, b->size - at - size);
  b->size -= size;
}

/* The size of the first part is a lie. */
static void lie(victim *v)
{
  static const char *const sizes[] =
      {"0",        "00000", "-1", "99999999999999999999", "18446744073709551615",
       "67108865", "1e9",   " 7", "4294967296",           "0x10",
       "",         "1 1"};
  zc_buffer *b = &v->s.packed, made = {0};
  char *start = memmem(b->data, b->size, "report.md ", 10);
  char *end = start == NULL ? NULL : memchr(start, '\n', 30);
  if (end == NULL)
    return;
  zc_buffer_add(&made, b->data, (size_t)(start + 10 - b->data));
  zc_buffer_text(&made, sizes[dice_below(&v->dice, 12)]);
  zc_buffer_add(&made, end, b->size - (size_t)(end - b->data));
  zc_buffer_free(b);
  *b = made;
}

static void replace_head(victim *v)
{
  static const char *const heads[] = {"zicha-report 2\n",
                                      "PK\x03\x04",
                                      "zicha-report 1\r\n",
                                      "\xEF\xBB\xBFzicha-report 1\n",
                                      "%PDF-1.7\n",
                                      "zicha-report 1\npart ../../etc/passwd 12\n"};
  const char *head = heads[dice_below(&v->dice, 6)];
  zc_buffer made = {0};
  zc_buffer_text(&made, head);
  zc_buffer_add(&made, v->s.packed.data + 15, v->s.packed.size - 15);
  zc_buffer_free(&v->s.packed);
  v->s.packed = made;
}

static void noise(victim *v)
{
  for (size_t i = 0; i < v->s.packed.size; i++)
    v->s.packed.data[i] = (char)dice_below(&v->dice, 256);
}

static void clear(victim *v)
{
  v->s.packed.size = 0;
}

/* ---- of the record, which is signed then ------------------------------------------------- */

static const char *const payloads[] = {"=cmd|' /C calc'!A0",
                                       "+1+1",
                                       "-2+3+cmd|' /C calc'!A0",
                                       "@SUM(1+1)*cmd",
                                       " =1+1",
                                       "＝HYPERLINK(\"http://x.invalid\")",
                                       "\t=1+1",
                                       "<script>alert(1)</script>",
                                       "\"><img src=x onerror=alert(1)>",
                                       "<!-- zicha-record {} -->",
                                       "-->",
                                       "--!>",
                                       "]]>",
                                       "[点此](http://x.invalid)",
                                       "![图](http://x.invalid/a.png)",
                                       "<http://x.invalid>",
                                       "`code` **粗** _斜_ ~~~",
                                       "| 表 | 格 |\n|---|---|",
                                       "# 标题\n\n- 项",
                                       "\u202Egnp.exe",
                                       "\u2066x\u2069",
                                       "a\001b\033[31m红\007",
                                       "\x1B]0;title\x07",
                                       "第一行\r\n第二行",
                                       "\xEF\xBB\xBF",
                                       "\xE2\x80\x8B\xE2\x80\x8B",
                                       "../../../etc/passwd",
                                       "C:\\Windows\\win.ini",
                                       "'; DROP TABLE event; --",
                                       "{names} {0} %s%n",
                                       "&lt;b&gt;&amp;",
                                       "javascript:alert(1)",
                                       "\xF0\x9F\x92\xA9\xCC\x81",
                                       "",
                                       "{{include}} ${7*7} <%= 1 %>",
                                       "NULL",
                                       "\xEF\xBF\xBE"};
#define PAYLOADS (int)(sizeof payloads / sizeof *payloads)

static int count_texts(const json_t *value)
{
  const char *key;
  const json_t *one;
  size_t index;
  int count = json_is_string(value);
  json_object_foreach((json_t *)value, key, one) count += count_texts(one);
  json_array_foreach(value, index, one) count += count_texts(one);
  return count;
}

/* A copy of `value` in which the text number *at is another. Owned. */
static json_t *with_text(const json_t *value, int *at, const json_t *other)
{
  const char *key;
  const json_t *one;
  size_t index;
  if (json_is_string(value) && (*at)-- == 0)
    return json_incref((json_t *)other);
  if (json_is_object(value)) {
    json_t *copy = json_object();
    json_object_foreach((json_t *)value, key, one)
        json_object_set_new(copy, key, with_text(one, at, other));
    return copy;
  }
  if (json_is_array(value)) {
    json_t *copy = json_array();
    json_array_foreach(value, index, one)
        json_array_append_new(copy, with_text(one, at, other));
    return copy;
  }
  return json_incref((json_t *)value);
}

static void set_any(victim *v, json_t *other)
{
  int at = dice_below(&v->dice, count_texts(v->record));
  json_t *made = with_text(v->record, &at, other);
  json_decref(v->record);
  v->record = made;
  json_decref(other);
}

/* One text is a payload, with what stood there before or without. */
static void inject(victim *v)
{
  set_any(v, json_string(payloads[dice_below(&v->dice, PAYLOADS)]));
}

/* The texts that every list and paper shows are payloads, all of them. */
static void inject_shown(victim *v)
{
  static const char *const keys[] = {"title", "message", "note", "answer", "clause"};
  size_t index;
  json_t *item, *items = json_array();
  json_array_foreach(json_object_get(v->record, "items"), index, item)
  {
    json_t *copy = json_copy(item);
    const char *key = keys[dice_below(&v->dice, 5)];
    json_object_set_new(copy, key,
                        json_string(payloads[dice_below(&v->dice, PAYLOADS)]));
    json_array_append_new(items, copy);
  }
  json_object_set_new(v->record, "items", items);
  json_t *facility = json_copy(json_object_get(v->record, "facility"));
  json_object_set_new(facility, "name",
                      json_string(payloads[dice_below(&v->dice, PAYLOADS)]));
  json_object_set_new(v->record, "facility", facility);
}

static void grow_text(victim *v)
{
  zc_buffer text = {0};
  for (int i = dice_between(&v->dice, 1000, 40000); i > 0; i--)
    zc_buffer_text(&text, "长");
  set_any(v, json_string(text.data));
  zc_buffer_free(&text);
}

/* A text is something else. */
static void retype(victim *v)
{
  json_t *others[] = {json_integer(ZC_INTEGER_MAX),
                      json_integer(-1),
                      json_true(),
                      json_array(),
                      json_object(),
                      json_integer(0)};
  int at = dice_below(&v->dice, 6);
  set_any(v, json_incref(others[at]));
  for (int i = 0; i < 6; i++)
    json_decref(others[i]);
}

/* Without what says whose it is, what it found, or how far the ledger had come, it cannot count. */
static void lose_key(victim *v)
{
  static const char *const needed[] = {"zicha", "facility", "plan", "run", "today",
                                       "items", "totals",   "ledger"};
  const char *key, *chosen = NULL;
  json_t *value;
  int at = dice_below(&v->dice, (int)json_object_size(v->record));
  json_object_foreach(v->record, key, value) if (at-- == 0) chosen = key;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (strcmp(chosen, needed[i]) == 0)
      v->expect = "bad";
  json_object_del(v->record, chosen);
}

/* A total that is not that of the items, or another end of the ledger. */
static void wrong_number(victim *v)
{
  static const char *const keys[] = {"items", "problem", "pass", "applicable",
                                     "not_checked"};
  int key = dice_below(&v->dice, 7), other = dice_below(&v->dice, 5);
  const char *map = key < 5 ? "totals" : "ledger", *name = key < 5 ? keys[key] : "seq";
  json_t *copy = json_copy(json_object_get(v->record, map));
  json_int_t now = json_integer_value(json_object_get(copy, name));
  const json_int_t numbers[] = {-1, ZC_INTEGER_MAX, -ZC_INTEGER_MAX, now + 1,
                                now > 0 ? 0 : 1 << 30};
  json_object_set_new(copy, name, json_integer(numbers[other]));
  json_object_set_new(v->record, map, copy);
}

static void wrong_day(victim *v)
{
  static const char *const days[] = {"9999-12-31", "0001-01-01", "2023-02-30",
                                     "昨天",       "",           "2023-13-01",
                                     "2023-6-1",   "-999-01-01"};
  json_object_set_new(v->record, "today", json_string(days[dice_below(&v->dice, 8)]));
}

static void repeat_items(victim *v)
{
  json_t *items = json_copy(json_object_get(v->record, "items"));
  json_array_extend(items, json_object_get(v->record, "items"));
  json_object_set_new(v->record, "items", items);
}

static void other_facility(victim *v)
{
  static const char *const codes[] = {"../../x", "52000000SL0000000 0", "=1+1",
                                      "",        "52000000SL0000003",   "\u202Ex"};
  json_t *facility = json_copy(json_object_get(v->record, "facility"));
  json_object_set_new(facility, "code", json_string(codes[dice_below(&v->dice, 6)]));
  json_object_set_new(v->record, "facility", facility);
}

/* ---- of the record's text, which no JSON library writes ----------------------------------- */

static void write_raw(victim *v, const char *before, const char *record,
                      const char *after)
{
  zc_buffer *b = &v->s.markdown;
  zc_buffer_print(b, "# 自查整改报告\n\n%s\n\n", before);
  zc_buffer_print(b, ZC_RECORD_MARK "%s", record);
  zc_buffer_print(b, "%s", after);
  v->text_made = true;
}

static char *record_text(const victim *v)
{
  zc_buffer out = {0};
  zc_err err;
  must(zc_json_canonical(v->record, &out, &err), &err);
  return zc_buffer_take(&out);
}

/* Puts `piece` before the record's closing brace. */
static void with_piece(victim *v, const char *piece)
{
  zc_buffer made = {0};
  char *text = record_text(v);
  zc_buffer_add(&made, text, strlen(text) - 1);
  zc_buffer_text(&made, piece);
  zc_buffer_text(&made, "}");
  write_raw(v, "", made.data, ZC_RECORD_END "\n");
  zc_buffer_free(&made);
  free(text);
}

static void nest(victim *v)
{
  zc_buffer piece = {0};
  int depth = dice_between(&v->dice, 100, 60000);
  zc_buffer_text(&piece, ",\"zz\":");
  for (int i = 0; i < depth; i++)
    zc_buffer_text(&piece, "[");
  for (int i = 0; i < depth && dice_chance(&v->dice, 99); i++)
    zc_buffer_text(&piece, "]");
  with_piece(v, piece.data);
  zc_buffer_free(&piece);
}

/* What no JSON of ours is: reals, null, other bytes than UTF-8, a key that stands twice. */
static void odd_json(victim *v)
{
  static const char *const pieces[] = {",\"zicha\":\"record/1\"",
                                       ",\"zz\":1e999",
                                       ",\"zz\":99999999999999999999999999",
                                       ",\"zz\":null",
                                       ",\"zz\":1.5",
                                       ",\"zz\":\"\\u0000\"",
                                       ",\"zz\":\"\\ud800\"",
                                       ",\"zz\":\"\xC0\xAF\"",
                                       ",\"zz\":\"\xED\xA0\x80\"",
                                       ",\"zz\":\"\xFF\xFE\"",
                                       ",",
                                       ",,",
                                       ",\"zz\":NaN",
                                       ",\"zz\":01",
                                       "}"};
  with_piece(v, pieces[dice_below(&v->dice, (int)(sizeof pieces / sizeof *pieces))]);
}

/* The same values in another spelling than zicha's. */
static void odd_spelling(victim *v)
{
  static const char *const pieces[] = {",\"zz\":-0",       ",\"zz\":\"-->\"",
                                       ",\"zz\":\"<!--\"", ", \"zz\": 1",
                                       ",\"aa\":1",        ",\"zz\":\"\\u4e2d\""};
  with_piece(v, pieces[dice_below(&v->dice, 6)]);
}

static void odd_lines(victim *v)
{
  static const char *const ends[] = {"",           " -->",
                                     " -->\n\n",   " -->\n尾巴\n",
                                     " --> -->\n", "\n-->\n",
                                     " -->\r\n",   " -->\n" ZC_RECORD_MARK "{} -->\n"};
  static const char *const heads[] = {"<script>alert(1)</script>",
                                      "![](http://x.invalid)",
                                      ZC_RECORD_MARK "{} -->",
                                      "\x1B[2J",
                                      "{=html}<b>",
                                      "\xFF\xFE\xFD"};
  char *text = record_text(v);
  write_raw(v, heads[dice_below(&v->dice, 6)], dice_chance(&v->dice, 10) ? "" : text,
            ends[dice_below(&v->dice, 8)]);
  free(text);
}

/* ---- all of them ---------------------------------------------------------------------------- */

typedef struct {
  const char *name, *expect;
  void (*of_record)(victim *), (*of_file)(victim *);
} mutation;

/* `expect`: bad, the file cannot be accepted; any, it may be, as far as no mutation says otherwise. */
static const mutation mutations[] = {{"flip", "any", NULL, flip},
                                     {"cut", "bad", NULL, cut},
                                     {"append", "bad", NULL, append},
                                     {"drop", "bad", NULL, drop_middle},
                                     {"lie", "bad", NULL, lie},
                                     {"head", "bad", NULL, replace_head},
                                     {"noise", "bad", NULL, noise},
                                     {"empty", "bad", NULL, clear},
                                     {"inject", "any", inject, NULL},
                                     {"inject", "any", inject, NULL},
                                     {"inject", "any", inject, NULL},
                                     {"shown", "any", inject_shown, NULL},
                                     {"shown", "any", inject_shown, NULL},
                                     {"long", "any", grow_text, NULL},
                                     {"retype", "any", retype, NULL},
                                     {"lose", "any", lose_key, NULL},
                                     {"number", "bad", wrong_number, NULL},
                                     {"day", "any", wrong_day, NULL},
                                     {"repeat", "bad", repeat_items, NULL},
                                     {"facility", "bad", other_facility, NULL},
                                     {"nest", "bad", nest, NULL},
                                     {"json", "bad", odd_json, NULL},
                                     {"spelling", "any", odd_spelling, NULL},
                                     {"lines", "any", odd_lines, NULL}};

static void make(victim *v, const mutation *m)
{
  zc_err err;
  if (m->of_record != NULL)
    m->of_record(v);
  if (!v->text_made) {
    seal(v->place, v->record, v->ledger, &v->place->key, v->course.run, "", &v->s);
  } else {
    must(zc_hash_of(v->s.markdown.data, v->s.markdown.size, v->s.report, &err), &err);
    must(zc_submit_figures(v->record, v->s.report, v->ledger, &v->s.figures, &err),
         &err);
    seal_text(v->place, v->course.run, &v->place->key, &v->s);
  }
  if (m->of_file != NULL)
    m->of_file(v);
}

void hostile(const template *t, place *places, int places_count, const output *out,
             uint64_t seed, int count)
{
  static victim v;
  for (int i = 0; i < count; i++) {
    char path[200];
    memset(&v, 0, sizeof v);
    v.dice = dice_of(seed, (uint64_t)i, "hostile");
    const mutation *m = &mutations[i % (int)(sizeof mutations / sizeof *mutations)];
    v.place = &places[i % places_count];
    course_begin(&v.course, t, v.place);
    course_round(&v.course, 0);
    v.record = course_record(&v.course);
    v.ledger = course_ledger(&v.course);
    v.expect = m->expect;
    make(&v, m);
    snprintf(path, sizeof path, "mail/hostile-%d/%05d-%s.zrep", i * 4 / count, i,
             m->name);
    write_beneath(out->folder, path, v.s.packed.data == NULL ? "" : v.s.packed.data,
                  v.s.packed.size);
    json_t *line = json_pack("{s:s, s:s, s:s, s:b, s:s}", "path", path, "mutation",
                             m->name, "facility", v.place->code, "signed",
                             m->of_file == NULL, "expect", v.expect);
    write_line(out->files, line);
    json_decref(line);
    sealed_free(&v.s);
    json_decref(v.record);
    json_decref(v.ledger);
  }
}
