#include "document/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MOST ((uint64_t)UINT32_MAX) /* of what 32 bits can count */

typedef struct {
  char name[48];
  uint32_t crc;
  uint64_t packed, plain, offset;
} entry;

struct zc_zip {
  const zc_sink *sink;
  z_stream stream;
  bool deflating; /* there is a stream to free */
  entry *entries;
  size_t count, room;
  uint64_t written;
  unsigned char out[1 << 15];
};

zc_code zc_zip_new(const zc_sink *sink, zc_zip **zip, zc_err *err)
{
  zc_zip *z = calloc(1, sizeof *z);
  *zip = NULL;
  if (z == NULL)
    return zc_fail_memory(err);
  z->sink = sink;
  /* Raw deflate, as archives have it. Once begun it allocates nothing more. */
  if (deflateInit2(&z->stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    free(z);
    return zc_fail_memory(err);
  }
  z->deflating = true;
  *zip = z;
  return ZC_OK;
}

void zc_zip_free(zc_zip *zip)
{
  if (zip == NULL)
    return;
  if (zip->deflating)
    deflateEnd(&zip->stream);
  free(zip->entries);
  free(zip);
}

static zc_code put(zc_zip *z, const void *data, size_t size, zc_err *err)
{
  z->written += size;
  if (z->written > MOST)
    return zc_fail(err, ZC_EDATA,
                   "the workbook would be larger than 4 GB; ask for csv instead", NULL);
  return z->sink->write(z->sink->context, data, size, err);
}

/* ---- records: numbers, least byte first -------------------------------------------- */

typedef struct {
  unsigned char bytes[48];
  size_t size;
} record;

static void number(record *r, int bytes, uint64_t value)
{
  for (int i = 0; i < bytes; i++)
    r->bytes[r->size++] = (unsigned char)(value >> 8 * i);
}

/* For readers of version 2.0; sizes follow the data; deflated; 1980-01-01 00:00. */
static void common(record *r)
{
  number(r, 2, 20);
  number(r, 2, 8);
  number(r, 2, 8);
  number(r, 2, 0);
  number(r, 2, 0x21);
}

/* ---- files -------------------------------------------------------------------------- */

zc_code zc_zip_begin(zc_zip *zip, const char *name, zc_err *err)
{
  if (zip->count == zip->room) {
    size_t room = zip->room == 0 ? 16 : zip->room * 2;
    entry *grown = realloc(zip->entries, room * sizeof *grown);
    if (grown == NULL)
      return zc_fail_memory(err);
    zip->entries = grown;
    zip->room = room;
  }
  entry *e = &zip->entries[zip->count++];
  *e = (entry){.offset = zip->written, .crc = (uint32_t)crc32(0, NULL, 0)};
  size_t size = strlen(name);
  if (size >= sizeof e->name || zip->count > 0xfffe)
    return zc_fail(err, ZC_EDATA, "the paper has too many tables for a workbook", NULL);
  memcpy(e->name, name, size + 1);
  deflateReset(&zip->stream);
  record r = {.size = 0};
  number(&r, 4, 0x04034b50);
  common(&r);
  number(&r, 4, 0);
  number(&r, 4, 0);
  number(&r, 4, 0);
  number(&r, 2, size);
  number(&r, 2, 0);
  zc_code code = put(zip, r.bytes, r.size, err);
  return code == ZC_OK ? put(zip, name, size, err) : code;
}

/* Hands the input of the stream on; with Z_FINISH also all that it has kept. */
static zc_code squeeze(zc_zip *z, int flush, zc_err *err)
{
  entry *e = &z->entries[z->count - 1];
  int state;
  do {
    z->stream.next_out = z->out;
    z->stream.avail_out = sizeof z->out;
    state = deflate(&z->stream, flush);
    size_t size = sizeof z->out - z->stream.avail_out;
    e->packed += size;
    zc_code code = size > 0 ? put(z, z->out, size, err) : ZC_OK;
    if (code != ZC_OK)
      return code;
  } while (flush == Z_FINISH ? state != Z_STREAM_END : z->stream.avail_out == 0);
  return ZC_OK;
}

zc_code zc_zip_add(zc_zip *zip, const void *data, size_t size, zc_err *err)
{
  entry *e = &zip->entries[zip->count - 1];
  const unsigned char *from = data;
  while (size > 0) {
    uInt piece = size > 1 << 20 ? 1 << 20 : (uInt)size;
    e->crc = (uint32_t)crc32(e->crc, from, piece);
    e->plain += piece;
    zip->stream.next_in = (unsigned char *)from;
    zip->stream.avail_in = piece;
    zc_code code = squeeze(zip, Z_NO_FLUSH, err);
    if (code != ZC_OK)
      return code;
    from += piece;
    size -= piece;
  }
  return ZC_OK;
}

zc_code zc_zip_end(zc_zip *zip, zc_err *err)
{
  const entry *e = &zip->entries[zip->count - 1];
  zip->stream.avail_in = 0;
  zc_code code = squeeze(zip, Z_FINISH, err);
  if (code == ZC_OK && e->plain > MOST)
    code = zc_fail(err, ZC_EDATA,
                   "the workbook would be larger than 4 GB; ask for csv instead", NULL);
  if (code != ZC_OK)
    return code;
  record r = {.size = 0};
  number(&r, 4, 0x08074b50);
  number(&r, 4, e->crc);
  number(&r, 4, e->packed);
  number(&r, 4, e->plain);
  return put(zip, r.bytes, r.size, err);
}

static zc_code put_entry(zc_zip *z, const entry *e, zc_err *err)
{
  record r = {.size = 0};
  number(&r, 4, 0x02014b50);
  number(&r, 2, 20);
  common(&r);
  number(&r, 4, e->crc);
  number(&r, 4, e->packed);
  number(&r, 4, e->plain);
  number(&r, 2, strlen(e->name));
  number(&r, 4, 0); /* no extra field, no comment */
  number(&r, 4, 0); /* on this disk; kind */
  number(&r, 4, 0); /* attributes */
  number(&r, 4, e->offset);
  zc_code code = put(z, r.bytes, r.size, err);
  return code == ZC_OK ? put(z, e->name, strlen(e->name), err) : code;
}

zc_code zc_zip_finish(zc_zip *zip, zc_err *err)
{
  uint64_t start = zip->written;
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < zip->count; i++)
    code = put_entry(zip, &zip->entries[i], err);
  if (code != ZC_OK)
    return code;
  record r = {.size = 0};
  number(&r, 4, 0x06054b50);
  number(&r, 4, 0); /* of one disk */
  number(&r, 2, zip->count);
  number(&r, 2, zip->count);
  number(&r, 4, zip->written - start);
  number(&r, 4, start);
  number(&r, 2, 0);
  return put(zip, r.bytes, r.size, err);
}
