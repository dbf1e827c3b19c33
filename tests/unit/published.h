/* published.h: a library that trusts some keys, and packages that they sign, each test with its
 * own. */
#ifndef TEST_PUBLISHED_H
#define TEST_PUBLISHED_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "package/library.h"
#include "trusted.h"

#define TODAY "2026-03-10"
#define PLAN(id) "zicha: 1\nid: " id "\ntitle: 某县方案\n"

static zc_err err;
static zc_home published_home;

#define OK(call) cr_assert(eq(int, (call), ZC_OK), "%s: %s", #call, err.text)

typedef struct {
  folder f;
  zc_home *home; /* one a test: each is a process of its own */
  zc_library packages;
} published;

/* Makes a file beneath the test's folder, with the folders above it. */
static inline void published_put(const published *p, const char *name, const char *text)
{
  char path[200];
  for (const char *slash = name; (slash = strchr(slash, '/')) != NULL; slash++) {
    snprintf(path, sizeof path, "%.*s", (int)(slash - name), name);
    mkdirat(p->f.fd, path, 0777);
  }
  folder_put(&p->f, name, text);
}

/* Keys 1 and 2 are of the root, 3 is a county's, 4 another county's, 5 the city's, 6 is over. */
static inline size_t published_keys(zc_root_key keys[6])
{
  keys[0] = trusted_root_key(1, "甲");
  keys[1] = trusted_root_key(2, "乙");
  keys[2] = trusted_publisher(3, "county", "某县", "某县卫生健康局");
  keys[3] = trusted_publisher(4, "county", "邻县", "邻县卫生健康局");
  keys[4] = trusted_publisher(5, "city", "某市", "某市卫生健康委");
  keys[5] = trusted_publisher(6, "county", "某县", "某县旧钥");
  strcpy(keys[5].expires, "2026-03-09");
  return 6;
}

/* Makes roots/NUMBER.root in the test's folder, signed by both holders. */
static inline void published_root(const published *p, int64_t number, size_t keys)
{
  zc_root_key all[6];
  published_keys(all);
  folder roots = {.fd = -1};
  zc_root root = trusted_root(number, 2, all, keys);
  snprintf(roots.path, sizeof roots.path, "%.1500s/roots", p->f.path);
  mkdir(roots.path, 0777);
  trusted_put(&roots, &root);
  trusted_sign(&roots, number, 1);
  trusted_sign(&roots, number, 2);
}

/* Has the library trust it. */
static inline void published_trust(published *p, int64_t number)
{
  zc_root root = {0};
  json_t *kept = NULL;
  OK(zc_root_read(p->f.fd, "roots", number,
                  p->packages.root.number == 0 ? NULL : &p->packages.root, &root, &kept,
                  &err));
  OK(zc_library_keep_root(&p->packages, number, kept, &err));
  zc_root_free(&root);
  json_decref(kept);
}

/* Without a library yet. */
static inline published published_new(void)
{
  published p = {.f = folder_new(), .home = &published_home};
  snprintf(p.home->share, sizeof p.home->share, "%s/share", p.f.path);
  snprintf(p.home->library, sizeof p.home->library, "%s/library", p.f.path);
  published_put(&p, "share/checklists/city/shipped/plan.yaml", PLAN("city/shipped"));
  published_put(&p, "share/scripts/rules/none.lua", "");
  return p;
}

/* A library that is open for changes and trusts the root. */
static inline published published_open(void)
{
  published p = published_new();
  OK(zc_library_open(p.home, true, &p.packages, &err));
  published_root(&p, 1, 6);
  published_trust(&p, 1);
  return p;
}

static inline void published_free(published *p)
{
  zc_library_close(&p->packages);
  folder_free(&p->f);
}

/* ---- packages ------------------------------------------------------------------- */

static inline zc_manifest published_manifest(const char *name, int64_t serial)
{
  zc_manifest m = {.serial = serial};
  snprintf(m.name, sizeof m.name, "%s", name);
  snprintf(m.level, sizeof m.level, "%.*s", (int)strcspn(name, "/"), name);
  bool city = strcmp(m.level, "city") == 0;
  strcpy(m.issuer, city ? "某市卫生健康委" : "某县卫生健康局");
  strcpy(m.region, city ? "某市" : "某县");
  snprintf(m.version, sizeof m.version, "%lld", (long long)serial);
  strcpy(m.not_before, "2026-03-01");
  strcpy(m.expires, "2027-03-01");
  strcpy(m.minimum_zicha, "0.1.0");
  return m;
}

/* Signs MANIFEST bytes with this comment; NULL: the right one. */
static inline zc_buffer published_sign(const zc_manifest *m, const zc_part *bytes,
                                       int key, const char *comment)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_secret_key secret = trusted_key(key);
  zc_buffer out = {0}, own = {0};
  zc_manifest_comment(m, &own);
  zc_blake2b_of(bytes->data, bytes->size, digest, sizeof digest);
  OK(zc_signature_make(digest, &secret, comment != NULL ? comment : own.data, &out,
                       &err));
  zc_buffer_free(&own);
  return out;
}

/* The package file of a folder, signed by a key; 0: by none. The manifest's files and hash are set
 * where they are not yet. */
static inline zc_buffer published_pack(const published *p, const char *where,
                                       zc_manifest *m, int key)
{
  zc_buffer bytes = {0}, unsigned_one = {0}, out = {0};
  zc_zpk zpk;
  json_t *faults = json_array();
  OK(zc_zpk_collect(folder_path(&p->f, where), faults, m, &bytes, &err));
  OK(zc_zpk_write(m, NULL, bytes.data, &unsigned_one, &err));
  if (key == 0) {
    out = unsigned_one;
  } else {
    OK(zc_zpk_read("p.zpk", unsigned_one.data, unsigned_one.size, &zpk, &err));
    zc_buffer signature = published_sign(m, &zpk.manifest, key, NULL);
    OK(zc_zpk_resign(&zpk, &signature, &out, &err));
    zc_buffer_free(&signature);
    zc_buffer_free(&unsigned_one);
  }
  zc_buffer_free(&bytes);
  json_decref(faults);
  return out;
}

/* A small plan of a county in the folder p, as a package of this serial. */
static inline zc_buffer published_small(const published *p, int64_t serial, int key)
{
  char note[40];
  zc_manifest m = published_manifest("county/demo", serial);
  snprintf(note, sizeof note, "%lld\n", (long long)serial);
  published_put(p, "p/plan.yaml", PLAN("county/demo"));
  published_put(p, "p/items.yaml", "- id: one\n");
  published_put(p, "p/source.md", note);
  zc_buffer out = published_pack(p, "p", &m, key);
  zc_manifest_free(&m);
  return out;
}

static inline zc_code published_install_on(published *p, const zc_buffer *file,
                                           const char *today, bool *fresh)
{
  zc_manifest m;
  zc_code code = zc_library_install(&p->packages, "p.zpk", file->data, file->size,
                                    today, &m, fresh, &err);
  zc_manifest_free(&m);
  return code;
}

static inline zc_code published_install(published *p, const zc_buffer *file)
{
  bool fresh;
  return published_install_on(p, file, TODAY, &fresh);
}

static inline zc_code published_check(published *p, const char *data, size_t size)
{
  zc_zpk zpk;
  zc_manifest m;
  const zc_root_key *key;
  zc_code code = zc_library_check(&p->packages, "p.zpk", data, size, TODAY, &zpk, &m,
                                  &key, &err);
  zc_manifest_free(&m);
  return code;
}

#endif
