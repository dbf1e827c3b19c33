/* A stream of frames, or of source texts, from anywhere: what unpacks is what packs. The
 * first byte says which of the two the rest is. */
#include <sys/mman.h>
#include <unistd.h>

#include "property.h"
#include "value/frame.h"

static int stream_of(const void *data, size_t size)
{
  int fd = memfd_create("stream", 0);
  HOLDS(fd >= 0 && write(fd, data, size) == (ssize_t)size &&
            lseek(fd, 0, SEEK_SET) == 0,
        "%zu bytes", size);
  return fd;
}

/* Each frame that is read costs its head and its length, and packs to the same value. */
static void read_frames(const uint8_t *data, size_t size)
{
  int fd = stream_of(data, size);
  zc_err err;
  for (size_t at = 0;;) {
    json_t *value, *again;
    size_t length;
    zc_code code = zc_frame_read(fd, &value, &err);
    off_t now = lseek(fd, 0, SEEK_CUR);
    if (code != ZC_OK) {
      HOLDS(value == NULL, "%s", err.text);
      break;
    }
    if (value == NULL) {
      HOLDS(at == size, "the end at %zu of %zu", at, size);
      break;
    }
    HOLDS(zc_frame_length(data + at, ZC_FRAME_LIMIT, &length), "at %zu", at);
    HOLDS((size_t)now == at + ZC_FRAME_HEAD + length, "%zd after %zu", now, at);
    at = (size_t)now;
    zc_buffer packed = {0};
    HOLDS(zc_frame_pack(value, &packed, &err) == ZC_OK, "%s", err.text);
    int copy = stream_of(packed.data, packed.size);
    HOLDS(zc_frame_read(copy, &again, &err) == ZC_OK, "%s", err.text);
    HOLDS(again != NULL && json_equal(value, again), "%s", packed.data + ZC_FRAME_HEAD);
    json_decref(again);
    HOLDS(zc_frame_read(copy, &again, &err) == ZC_OK && again == NULL, "more than one");
    close(copy);
    zc_buffer_free(&packed);
    json_decref(value);
  }
  close(fd);
}

static void read_texts(const uint8_t *data, size_t size)
{
  int fd = stream_of(data, size);
  zc_texts texts = {0}, again = {0};
  zc_err err;
  bool named = zc_frame_read_texts(fd, &texts, &err) == ZC_OK;
  for (size_t i = 0; i < texts.count; i++) /* "\0" is a path on the pipe alone */
    named = named && *texts.files[i].path != '\0';
  if (named) {
    zc_buffer packed = {0};
    HOLDS(zc_frame_pack_texts(&texts, &packed, &err) == ZC_OK, "%s", err.text);
    int copy = stream_of(packed.data, packed.size);
    HOLDS(zc_frame_read_texts(copy, &again, &err) == ZC_OK, "%s", err.text);
    HOLDS(texts.count == again.count, "%zu, then %zu", texts.count, again.count);
    for (size_t i = 0; i < texts.count; i++) {
      const zc_text_file *a = &texts.files[i], *b = &again.files[i];
      HOLDS(a->size == b->size && memcmp(a->text, b->text, a->size) == 0, "text %zu",
            i);
      HOLDS(strcmp(a->path, b->path) == 0 && strcmp(a->name, b->name) == 0, "name %zu",
            i);
      HOLDS(strchr(a->name, '/') == NULL, "%s", a->name);
    }
    close(copy);
    zc_buffer_free(&packed);
  }
  zc_texts_free(&texts);
  zc_texts_free(&again);
  close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  if (data[0] == 't')
    read_texts(data + 1, size - 1);
  else
    read_frames(data + 1, size - 1);
  return 0;
}
