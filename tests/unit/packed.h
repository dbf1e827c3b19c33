/* packed.h: a manifest and its files, small enough to change each byte of them. */
#ifndef TEST_PACKED_H
#define TEST_PACKED_H

#include <string.h>

#include "package/zpk.h"

#define PACKED_BYTES "note\nid: county/demo\n"

/* A manifest without files. */
static inline zc_manifest packed_words(void)
{
  return (zc_manifest){.issuer = "某县 卫生健康局",
                       .region = "某县",
                       .level = "county",
                       .name = "county/demo",
                       .version = "2.0-rc_1",
                       .serial = 2,
                       .not_before = "2026-03-01",
                       .expires = "2027-03-01",
                       .minimum_zicha = "0.1.0"};
}

/* With a note and a plan.yaml, whose hashes are of those bytes. */
static inline zc_manifest packed_manifest(void)
{
  zc_manifest m = packed_words();
  const zc_part parts[2] = {{PACKED_BYTES, 5}, {&PACKED_BYTES[5], 16}};
  zc_err err;
  m.files = calloc(ZC_PACKAGE_FILES, sizeof *m.files);
  m.count = 2;
  strcpy(m.files[0].path, "notes/a.txt");
  strcpy(m.files[1].path, "plan.yaml");
  for (size_t i = 0; i < m.count; i++) {
    m.files[i].size = parts[i].size;
    cr_assert(zc_hash_of(parts[i].data, parts[i].size, m.files[i].sha256, &err) ==
              ZC_OK);
  }
  cr_assert(zc_zpk_hash(&m, parts, m.sha256, &err) == ZC_OK);
  return m;
}

#endif
