#include "package/hashing.h"

#include <stdio.h>
#include <string.h>

/* Whether the path is this name, or lies beneath a folder of this name. */
static bool is_in(const char *path, const char *name)
{
  size_t length = strlen(name);
  return strncmp(path, name, length) == 0 &&
         (path[length] == '\0' || path[length] == '/');
}

bool zc_package_counts(const char *path)
{
  return path[0] != '.' && strstr(path, "/.") == NULL && !is_in(path, "example") &&
         !is_in(path, "tests");
}

/* The lengths stand before the bytes: no name and no content can look like the border
 * between two files. */
void zc_package_hash_file(zc_hash *hash, const char *path, const void *data,
                          size_t size)
{
  char head[64];
  int length = snprintf(head, sizeof head, "%zu %zu ", strlen(path), size);
  zc_hash_add(hash, head, (size_t)length);
  zc_hash_add(hash, path, strlen(path));
  zc_hash_add(hash, data, size);
}

/* A folder's files stand where its name does, so a slash comes before all that a name may
 * go on with. */
static int weight(char c)
{
  return c == '/' ? 1 : c == '\0' ? 0 : 1 + (unsigned char)c;
}

int zc_package_order(const char *a, const char *b)
{
  while (*a != '\0' && *a == *b) {
    a++;
    b++;
  }
  return weight(*a) - weight(*b);
}
