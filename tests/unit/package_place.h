/* package_place.h: a home and the packages in it, each test with its own, and how they are
 * read. */
#ifndef TEST_PACKAGE_PLACE_H
#define TEST_PACKAGE_PLACE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "folder.h"
#include "package/package.h"

#define OK(call) cr_assert(eq(int, (call), ZC_OK), "%s: %s", #call, err.text)
#define PLAN "zicha: 1\nid: county/test\n"

static zc_err err;

/* A home whose share folder is `share` in the test's folder, and a package «p». */
typedef struct {
  folder f;
  zc_home home;
} place;

static void put(const place *p, const char *name, const char *text)
{
  char path[200];
  for (const char *slash = name; (slash = strchr(slash, '/')) != NULL; slash++) {
    snprintf(path, sizeof path, "%.*s", (int)(slash - name), name);
    mkdirat(p->f.fd, path, 0777);
  }
  folder_put(&p->f, name, text);
}

static place place_new(void)
{
  place p = {.f = folder_new()};
  snprintf(p.home.share, sizeof p.home.share, "%s/share", p.f.path);
  put(&p, "p/plan.yaml", PLAN);
  put(&p, "share/checklists/county/shipped/plan.yaml", PLAN);
  return p;
}

static void place_free(place *p)
{
  folder_free(&p->f);
}

static inline zc_code read_package(const place *p, const char *name, json_t *faults,
                            zc_package *package)
{
  return zc_package_read(&p->home, folder_path(&p->f, name), faults, package, &err);
}

/* What reading gives and its faults as text, file by file. */
static inline zc_code refused(const place *p, char *faults_text, size_t size)
{
  zc_package package;
  json_t *faults = json_array();
  zc_code code = read_package(p, "p", faults, &package);
  const json_t *fault;
  size_t index, used = 0;
  faults_text[0] = '\0';
  json_array_foreach(faults, index, fault)
      used += (size_t)snprintf(faults_text + used, size - used, "%s:%d ",
                               zc_get_text(fault, "file"),
                               (int)zc_get_integer(fault, "line", -1));
  zc_package_free(&package);
  json_decref(faults);
  return code;
}

#endif
