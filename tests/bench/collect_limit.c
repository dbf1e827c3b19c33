/* collect_limit: what is possible when reports are collected. Reads every .zrep of a folder,
 * hashes the file (SHA-256) and the report in it (BLAKE2b), and checks one Ed25519 signature
 * over that hash with the key that the roster has for its facility; straight through
 * libcrypto, and nothing else: nothing is parsed, compared or kept. It stays with libcrypto although
 * zicha checks signatures by libsodium, which is faster: ratios of all versions have one measure.
 *
 *   bench-collect-limit ROSTER.csv FOLDER [THREADS]
 *
 * It believes the sizes that a file states as far as the file goes: a bound, no model. */
#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILE_MOST ((size_t)64 << 20)
#define KEY_LINE 56 /* base64 of 42 bytes: 2 of algorithm, 8 of id, 32 of the key */
#define SIGNATURE_LINE 100 /* 2, 8, 64 */

typedef struct {
  char code[32];
  EVP_PKEY *key;
} facility;

typedef struct {
  facility *facilities; /* an open table by code */
  size_t mask;
  char **paths;
  size_t count;
  atomic_size_t next, good;
} job;

static void stop(const char *why)
{
  fprintf(stderr, "bench-collect-limit: %s\n", why);
  exit(70);
}

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- roster -------------------------------------------------------------------------- */

static size_t place_of(const job *j, const char *code, size_t length)
{
  uint64_t hash = 1469598103934665603u;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)code[i]) * 1099511628211u;
  size_t at = (size_t)(hash ^ hash >> 32) & j->mask;
  while (j->facilities[at].key != NULL &&
         (strncmp(j->facilities[at].code, code, length) != 0 ||
          j->facilities[at].code[length] != '\0'))
    at = (at + 1) & j->mask;
  return at;
}

static void add_line(job *j, char *line)
{
  unsigned char bytes[KEY_LINE];
  size_t length = strcspn(line, ",");
  char *key = line;
  for (int column = 0; column < 10 && key != NULL; column++)
    if ((key = strchr(key, ',')) != NULL)
      key++;
  if (key == NULL || length >= sizeof j->facilities->code ||
      EVP_DecodeBlock(bytes, (unsigned char *)key, KEY_LINE) < 42)
    return; /* the head */
  facility *f = &j->facilities[place_of(j, line, length)];
  memcpy(f->code, line, length);
  f->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes + 10, 32);
}

static void read_roster(job *j, const char *path)
{
  struct stat about;
  int fd = open(path, O_RDONLY);
  if (fd < 0 || fstat(fd, &about) != 0)
    stop("cannot open the roster");
  char *text = malloc((size_t)about.st_size + 1);
  if (text == NULL || read(fd, text, (size_t)about.st_size) != about.st_size)
    stop("cannot read the roster");
  text[about.st_size] = '\0';
  size_t lines = 1;
  for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
    lines++;
  for (j->mask = 15; j->mask < lines * 2; j->mask = j->mask * 2 + 1)
    ;
  j->facilities = calloc(j->mask + 1, sizeof *j->facilities);
  if (j->facilities == NULL)
    stop("out of memory");
  for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = '\0';
    add_line(j, line);
  }
  free(text);
  close(fd);
}

/* ---- files ----------------------------------------------------------------------------- */

static void list_files(job *j, const char *folder)
{
  DIR *dir = opendir(folder);
  if (dir == NULL)
    stop("cannot open the folder");
  for (struct dirent *one; (one = readdir(dir)) != NULL;) {
    size_t length = strlen(folder) + strlen(one->d_name) + 2;
    char *path = malloc(length);
    if (one->d_name[0] == '.' || path == NULL) {
      free(path);
      continue;
    }
    snprintf(path, length, "%s/%s", folder, one->d_name);
    if (one->d_type == DT_DIR) {
      list_files(j, path);
      free(path);
    } else {
      if ((j->count & (j->count - 1)) == 0)
        j->paths = realloc(j->paths, (j->count * 2 + 1) * sizeof *j->paths);
      if (j->paths == NULL)
        stop("out of memory");
      j->paths[j->count++] = path;
    }
  }
  closedir(dir);
}

/* The part behind `name`, or NULL. */
static const char *part_of(const char *from, const char *end, const char *name,
                           size_t *size)
{
  size_t length = strlen(name);
  if ((size_t)(end - from) < length + 3 || memcmp(from, name, length) != 0)
    return NULL;
  char *digits;
  *size = strtoull(from + length, &digits, 10);
  return *digits == '\n' && *size < (size_t)(end - digits) ? digits + 1 : NULL;
}

typedef struct {
  EVP_MD *sha256, *blake2b;
  EVP_MD_CTX *hash, *check;
  char *room;
} tools;

static int is_good(const job *j, tools *t, size_t size)
{
  unsigned char digest[64], whole[32], bytes[SIGNATURE_LINE];
  size_t report_size = 0, signature_size = 0;
  const char *end = t->room + size, *at = t->room + strlen("zicha-report 1\n");
  EVP_DigestInit_ex(t->hash, t->sha256, NULL);
  EVP_DigestUpdate(t->hash, t->room, size);
  EVP_DigestFinal_ex(t->hash, whole, NULL);
  if (size < 32)
    return 0;
  const char *report = part_of(at, end, "part report.md ", &report_size);
  if (report == NULL)
    return 0;
  EVP_DigestInit_ex(t->hash, t->blake2b, NULL);
  EVP_DigestUpdate(t->hash, report, report_size);
  EVP_DigestFinal_ex(t->hash, digest, NULL);
  const char *text = part_of(report + report_size + 1, end, "part report.md.minisig ",
                             &signature_size);
  const char *line = text == NULL ? NULL : memchr(text, '\n', signature_size);
  const char *code = text == NULL ? NULL : memmem(text, signature_size, "facility:", 9);
  if (line == NULL || code == NULL ||
      EVP_DecodeBlock(bytes, (const unsigned char *)line + 1, SIGNATURE_LINE) < 74)
    return 0;
  code += 9;
  const facility *f = &j->facilities[place_of(j, code, strcspn(code, " \n"))];
  if (f->key == NULL)
    return 0;
  EVP_MD_CTX_reset(t->check);
  return EVP_DigestVerifyInit(t->check, NULL, NULL, NULL, f->key) == 1 &&
         EVP_DigestVerify(t->check, bytes + 10, 64, digest, sizeof digest) == 1;
}

static void *work(void *given)
{
  job *j = given;
  tools t = {EVP_MD_fetch(NULL, "SHA2-256", NULL),
             EVP_MD_fetch(NULL, "BLAKE2B-512", NULL), EVP_MD_CTX_new(),
             EVP_MD_CTX_new(), malloc(FILE_MOST + 1)};
  size_t at, good = 0;
  if (t.sha256 == NULL || t.blake2b == NULL || t.hash == NULL || t.check == NULL ||
      t.room == NULL)
    stop("out of memory");
  while ((at = atomic_fetch_add(&j->next, 1)) < j->count) {
    int fd = open(j->paths[at], O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t size = fd < 0 ? -1 : read(fd, t.room, FILE_MOST);
    if (fd >= 0)
      close(fd);
    if (size <= 0)
      continue;
    t.room[size] = '\0';
    good += (size_t)is_good(j, &t, (size_t)size);
  }
  atomic_fetch_add(&j->good, good);
  EVP_MD_free(t.sha256);
  EVP_MD_free(t.blake2b);
  EVP_MD_CTX_free(t.hash);
  EVP_MD_CTX_free(t.check);
  free(t.room);
  return NULL;
}

int main(int count, char **words)
{
  static job j;
  pthread_t threads[64];
  int wanted = count > 3 ? atoi(words[3]) : 2;
  if (count < 3 || wanted < 1 || wanted > 64)
    stop("usage: bench-collect-limit ROSTER.csv FOLDER [THREADS]");
  double begin = now();
  read_roster(&j, words[1]);
  list_files(&j, words[2]);
  for (int i = 0; i < wanted; i++)
    if (pthread_create(&threads[i], NULL, work, &j) != 0)
      stop("cannot start a thread");
  for (int i = 0; i < wanted; i++)
    pthread_join(threads[i], NULL);
  printf("%zu files, %zu good, %.3f s\n", j.count, (size_t)j.good, now() - begin);
  return 0;
}
