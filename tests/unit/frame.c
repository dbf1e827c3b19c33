#include "value/frame.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* The reading end of a pipe that holds the bytes; a process writes them, `step` at a
 * time, when that is less than all. */
static int sent(const void *bytes, size_t size, size_t step)
{
  int ends[2];
  cr_assert(pipe(ends) == 0);
  if (step >= size) {
    cr_assert(write(ends[1], bytes, size) == (ssize_t)size);
  } else if (fork() == 0) {
    signal(SIGPIPE, SIG_DFL);
    close(ends[0]);
    for (size_t at = 0; at < size; at += step)
      if (write(ends[1], (const char *)bytes + at,
                size - at < step ? size - at : step) < 0)
        break;
    _exit(0);
  }
  close(ends[1]);
  return ends[0];
}

static void received(int fd)
{
  close(fd);
  wait(NULL);
}

static json_t *example(void)
{
  return json_pack("{s:s,s:[i,i],s:{s:b}}", "kind", "规则", "rows", 1, 2, "flags", "a",
                   1);
}

Test(frame, a_frame_is_four_bytes_of_length_and_the_canonical_text)
{
  zc_buffer out = {0};
  zc_err err;
  json_t *value = json_pack("{s:i,s:s}", "b", 1, "a", "<");
  zc_buffer_text(&out, "before");
  cr_expect(eq(int, zc_frame_pack(value, &out, &err), ZC_OK));
  static const char wanted[] = "before\x14\0\0\0{\"a\":\"\\u003c\",\"b\":1}";
  cr_expect(eq(sz, out.size, sizeof wanted - 1));
  cr_expect(eq(int, memcmp(out.data, wanted, sizeof wanted - 1), 0));
  json_decref(value);
  zc_buffer_free(&out);
}

Test(frame, lengths_are_little_endian_and_at_most_the_limit)
{
  static const struct {
    unsigned char head[ZC_FRAME_HEAD];
    size_t limit, length;
    bool good;
  } rows[] = {
      {{0, 0, 0, 0}, 0, 0, true},
      {{1, 0, 0, 0}, 10, 1, true},
      {{0, 1, 0, 0}, 256, 256, true},
      {{0, 1, 0, 0}, 255, 256, false},
      {{1, 2, 3, 4}, SIZE_MAX, 0x04030201, true},
      {{0, 0, 0, 16}, ZC_FRAME_LIMIT, ZC_FRAME_LIMIT, true},
      {{1, 0, 0, 16}, ZC_FRAME_LIMIT, ZC_FRAME_LIMIT + 1, false},
      {{0, 0, 0, 128}, ZC_FRAME_LIMIT, 0x80000000, false},
      {{255, 255, 255, 255}, ZC_FRAME_LIMIT, 0xffffffff, false},
      {{255, 255, 255, 255}, SIZE_MAX, 0xffffffff, true},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    size_t length = 0;
    cr_expect(eq(int, zc_frame_length(rows[i].head, rows[i].limit, &length),
                 rows[i].good),
              "row %zu", i);
    cr_expect(eq(sz, length, rows[i].length), "row %zu", i);
  }
}

Test(frame, every_kind_of_value_arrives_as_it_was_sent)
{
  json_t *values[] = {example(),           json_array(),    json_object(),
                      json_string("药\n"), json_string(""), json_integer(-7),
                      json_true(),         json_false()};
  zc_buffer out = {0};
  zc_err err;
  for (size_t i = 0; i < COUNT(values); i++)
    cr_expect(eq(int, zc_frame_pack(values[i], &out, &err), ZC_OK), "value %zu", i);
  int fd = sent(out.data, out.size, 7);
  for (size_t i = 0; i < COUNT(values); i++) {
    json_t *value;
    cr_expect(eq(int, zc_frame_read(fd, &value, &err), ZC_OK), "value %zu", i);
    cr_expect(json_equal(value, values[i]), "value %zu", i);
    json_decref(value);
    json_decref(values[i]);
  }
  received(fd);
  zc_buffer_free(&out);
}

Test(frame, a_large_frame_arrives_in_many_pieces, .timeout = 60)
{
  zc_buffer out = {0};
  zc_err err;
  json_t *value = json_array(), *again;
  for (int i = 0; i < 20000; i++)
    json_array_append_new(value, json_sprintf("处方 %d", i));
  cr_expect(eq(int, zc_frame_pack(value, &out, &err), ZC_OK));
  int fd = sent(out.data, out.size, 1000);
  cr_expect(eq(int, zc_frame_read(fd, &again, &err), ZC_OK));
  cr_expect(json_equal(value, again));
  received(fd);
  json_decref(value);
  json_decref(again);
  zc_buffer_free(&out);
}

Test(frame, the_end_of_the_stream_is_no_failure)
{
  int fd = sent("", 0, 1);
  zc_err err;
  json_t *value = json_true();
  cr_expect(eq(int, zc_frame_read(fd, &value, &err), ZC_OK));
  cr_expect(eq(ptr, value, NULL));
  received(fd);
}

Test(frame, a_frame_cut_at_any_byte_is_a_failure)
{
  zc_buffer out = {0};
  zc_err err;
  json_t *value = example();
  cr_assert(eq(int, zc_frame_pack(value, &out, &err), ZC_OK));
  for (size_t size = 1; size < out.size; size++) {
    json_t *again = value;
    int fd = sent(out.data, size, size);
    cr_expect(eq(int, zc_frame_read(fd, &again, &err), ZC_EIO), "%zu bytes", size);
    cr_expect(eq(ptr, again, NULL), "%zu bytes", size);
    received(fd);
  }
  json_decref(value);
  zc_buffer_free(&out);
}

Test(frame, a_length_over_the_limit_is_refused_before_anything_is_read)
{
  static const char bytes[] = "\x01\0\0\x10[]";
  int fd = sent(bytes, sizeof bytes - 1, 6);
  char left[8];
  zc_err err;
  json_t *value;
  cr_expect(eq(int, zc_frame_read(fd, &value, &err), ZC_EIO));
  cr_expect(eq(ptr, value, NULL));
  cr_expect(eq(int, (int)read(fd, left, sizeof left), 2));
  received(fd);
}

Test(frame, a_length_that_promises_more_than_comes_is_a_failure)
{
  static const char *const heads[] = {"\0\0\0\x10[]", "\x03\0\0\0[]",
                                      "\xff\xff\xff\x0f[]"};
  for (size_t i = 0; i < COUNT(heads); i++) {
    int fd = sent(heads[i], 6, 6);
    zc_err err;
    json_t *value;
    cr_expect(eq(int, zc_frame_read(fd, &value, &err), ZC_EIO), "row %zu", i);
    cr_expect(eq(ptr, value, NULL), "row %zu", i);
    received(fd);
  }
}

Test(frame, what_is_no_value_is_refused)
{
  static const char *const texts[] = {"",
                                      "null",
                                      "[1.5]",
                                      "{",
                                      "[] []",
                                      "\xff",
                                      "[null]",
                                      "{\"a\":1,\"a\":2}",
                                      "9007199254740993"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    char bytes[64] = {(char)strlen(texts[i])};
    zc_err err;
    json_t *value;
    memcpy(bytes + ZC_FRAME_HEAD, texts[i], strlen(texts[i]));
    int fd = sent(bytes, ZC_FRAME_HEAD + strlen(texts[i]), sizeof bytes);
    cr_expect(eq(int, zc_frame_read(fd, &value, &err), ZC_EDATA), "row %zu", i);
    cr_expect(eq(ptr, value, NULL), "row %zu", i);
    received(fd);
  }
}

Test(frame, reading_without_a_pipe_fails)
{
  zc_err err;
  zc_texts texts = {0};
  json_t *again;
  cr_expect(eq(int, zc_frame_read(-1, &again, &err), ZC_EIO));
  cr_expect(eq(int, zc_frame_read_texts(-1, &texts, &err), ZC_EIO));
  zc_texts_free(&texts);
}

/* Texts with every byte, and paths in Chinese. */
static zc_texts some_texts(void)
{
  static const struct {
    const char *path, *text;
    size_t size;
  } rows[] = {{"scripts/rules/rx.lua", "return 1\n", 9},
              {"规则/处方.lua", "-- 药品\n", 10},
              {"empty.lua", "", 0},
              {"binary.lua", "\x1bLua\0\xff\n", 7}};
  zc_texts texts = {0};
  zc_err err;
  for (size_t i = 0; i < COUNT(rows); i++)
    cr_assert(eq(int,
                 zc_texts_add(&texts, rows[i].path, rows[i].text, rows[i].size, &err),
                 ZC_OK));
  return texts;
}

Test(frame, texts_arrive_beside_a_frame_as_they_were_sent)
{
  zc_texts texts = some_texts(), again = {0};
  zc_buffer out = {0};
  zc_err err;
  json_t *value = example(), *first, *last;
  cr_expect(eq(int, zc_frame_pack(value, &out, &err), ZC_OK));
  cr_expect(eq(int, zc_frame_pack_texts(&texts, &out, &err), ZC_OK));
  cr_expect(eq(int, zc_frame_pack(value, &out, &err), ZC_OK));
  int fd = sent(out.data, out.size, 5);
  cr_expect(eq(int, zc_frame_read(fd, &first, &err), ZC_OK));
  cr_expect(eq(int, zc_frame_read_texts(fd, &again, &err), ZC_OK));
  cr_expect(eq(int, zc_frame_read(fd, &last, &err), ZC_OK));
  cr_expect(json_equal(first, value) && json_equal(last, value));
  cr_assert(eq(sz, again.count, texts.count));
  for (size_t i = 0; i < texts.count; i++) {
    const zc_text_file *a = &texts.files[i], *b = &again.files[i];
    cr_expect(eq(str, b->path, a->path));
    cr_expect(eq(str, b->name, a->name));
    cr_expect(a->size == b->size && memcmp(a->text, b->text, a->size + 1) == 0, "%s",
              a->path);
  }
  received(fd);
  json_decref(value);
  json_decref(first);
  json_decref(last);
  zc_texts_free(&texts);
  zc_texts_free(&again);
  zc_buffer_free(&out);
}

Test(frame, no_texts_are_an_empty_path)
{
  zc_texts texts = {0};
  zc_buffer out = {0};
  zc_err err;
  cr_expect(eq(int, zc_frame_pack_texts(&texts, &out, &err), ZC_OK));
  cr_expect(eq(sz, out.size, ZC_FRAME_HEAD));
  cr_expect(eq(int, memcmp(out.data, "\0\0\0\0", ZC_FRAME_HEAD), 0));
  int fd = sent(out.data, out.size, 4);
  cr_expect(eq(int, zc_frame_read_texts(fd, &texts, &err), ZC_OK));
  cr_expect(eq(sz, texts.count, 0));
  received(fd);
  zc_buffer_free(&out);
}

Test(frame, a_text_too_large_to_send_is_refused)
{
  char path[] = "a.lua", name[] = "a", text[] = "";
  zc_text_file file = {name, path, text, ZC_FRAME_LIMIT + 1};
  zc_texts texts = {&file, 1};
  zc_buffer out = {0};
  zc_err err;
  cr_expect(eq(int, zc_frame_pack_texts(&texts, &out, &err), ZC_EDATA));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "size"),
               (char *)ZC_DIGITS(ZC_FRAME_LIMIT + 1)));
  zc_buffer_free(&out);
}

Test(frame, texts_cut_at_any_byte_are_a_failure)
{
  zc_texts texts = some_texts();
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, zc_frame_pack_texts(&texts, &out, &err), ZC_OK));
  for (size_t size = 0; size < out.size; size++) {
    zc_texts again = {0};
    int fd = sent(out.data, size, out.size);
    cr_expect(eq(int, zc_frame_read_texts(fd, &again, &err), ZC_EIO), "%zu bytes",
              size);
    received(fd);
    zc_texts_free(&again);
  }
  zc_texts_free(&texts);
  zc_buffer_free(&out);
}

Test(frame, hostile_lengths_of_texts_are_a_failure)
{
  static const struct {
    const char *bytes;
    size_t size;
  } rows[] = {
      {"\xff\xff\xff\xff", 4}, /* a path of 4 GiB */
      {"\x01\0\0\x10"
       "a",
       5},                                       /* one byte over the limit */
      {"\x01\0\0\0a\xff\xff\xff\xff", 9},        /* a text of 4 GiB */
      {"\x01\0\0\0a\0\0\0\x10", 9},              /* at the limit, but nothing comes */
      {"\x01\0\0\0a\x02\0\0\0x", 10},            /* a text cut short */
      {"\x01\0\0\0a\x01\0\0\0x\x05\0\0\0b", 15}, /* the second path cut short */
      {"\x01\0\0\0a\x01\0\0\0x", 10},            /* no end of the list */
      {"\x01\0\0\0a", 5},                        /* a path without its text */
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_texts texts = {0};
    zc_err err;
    int fd = sent(rows[i].bytes, rows[i].size, rows[i].size);
    cr_expect(eq(int, zc_frame_read_texts(fd, &texts, &err), ZC_EIO), "row %zu", i);
    received(fd);
    zc_texts_free(&texts);
  }
}

/* Whatever comes down the pipe, the readers end, and what they give is a value. */
Test(frame, random_bytes_are_a_value_or_a_failure, .timeout = 120)
{
  seeded s = {7};
  for (int round = 0; round < 2000; round++) {
    char bytes[64];
    size_t size = seeded_below(&s, sizeof bytes);
    for (size_t i = 0; i < size; i++)
      bytes[i] = seeded_below(&s, 4) == 0 ? (char)seeded_below(&s, 6)
                                          : "[]{}\"12,:a"[seeded_below(&s, 10)];
    for (size_t i = 0; i < ZC_FRAME_HEAD && i < size; i++) /* short ones, mostly */
      bytes[i] = (char)(i == 0 || seeded_below(&s, 30) == 0 ? seeded_below(&s, 6) : 0);
    int fd = sent(bytes, size, sizeof bytes);
    zc_texts texts = {0};
    zc_err err;
    json_t *value;
    zc_code code = zc_frame_read(fd, &value, &err);
    if (code == ZC_OK && value != NULL) {
      zc_buffer out = {0};
      cr_assert(eq(int, zc_json_canonical(value, &out, &err), ZC_OK));
      zc_buffer_free(&out);
      code = zc_frame_read_texts(fd, &texts, &err);
    } else if (code != ZC_OK) {
      cr_assert(eq(ptr, value, NULL), "round %d", round);
    }
    cr_assert(code == ZC_OK || code == ZC_EIO || code == ZC_EDATA, "round %d", round);
    json_decref(value);
    zc_texts_free(&texts);
    received(fd);
  }
}
