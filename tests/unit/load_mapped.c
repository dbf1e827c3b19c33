/* A file that is mapped gives its pages back while it is read: what was read of it is the
 * same, and texts come back when they are asked for. */
#include <sys/mman.h>
#include <unistd.h>

#include "tables.h"
#include "vector/load.h"

#define ROWS 150000

static const char dataset[] =
    "{'id':'t','title':'表','repeats':true,'columns':["
    "{'id':'id','type':'code','titles':['编号'],'key':true},"
    "{'id':'who','type':'code','titles':['病人']},"
    "{'id':'day','type':'date','titles':['日期']},"
    "{'id':'amount','type':'decimal','scale':2,'titles':['金额']},"
    "{'id':'note','type':'text','titles':['说明']}]}";

static void write_rows(zc_buffer *out)
{
  zc_buffer_text(out, "编号,病人,日期,金额,说明\n");
  for (int i = 0; i < ROWS; i++)
    zc_buffer_print(
        out, "RX%09d,PT%d,2023-%02d-%02d,%d.%02d,%s%d的说明文字比十六个字节长得多\n",
        i / 3, i * 7919 % 4000, 1 + i % 12, 1 + i % 28, i % 500, i % 100,
        i % 2 == 0 ? "第" : "编号", i % 30000);
}

/* The bytes as a file in memory, with readable ones behind its end. */
static char *map_file(const zc_buffer *bytes, size_t *room)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  int fd = memfd_create("export", MFD_CLOEXEC);
  *room = (bytes->size + ZC_PADDING + page) / page * page + page;
  cr_assert(ge(int, fd, 0));
  cr_assert(eq(sz, (size_t)write(fd, bytes->data, bytes->size), bytes->size));
  char *data = mmap(NULL, *room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  cr_assert(data != MAP_FAILED);
  cr_assert(mmap(data, bytes->size, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == data);
  close(fd);
  return data;
}

static zc_table *table_over(const char *data, size_t size)
{
  zc_dataset *d;
  zc_err err;
  json_t *json = json_of(dataset);
  cr_assert(eq(int, zc_dataset_new(json, &d, &err), ZC_OK));
  zc_table *table = zc_table_new(d, "export.csv", data, size, NULL);
  for (int i = 0; i < d->count; i++)
    table->used[i] = true;
  json_decref(json);
  return table;
}

/* Pages of the mapping that are in this process's memory, in percent. */
static size_t resident(const char *data, size_t size)
{
  char line[200];
  size_t kept = 0;
  bool here = false;
  FILE *maps = fopen("/proc/self/smaps", "r");
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    uintptr_t from = 0, to = 0;
    if (sscanf(line, "%zx-%zx ", &from, &to) == 2)
      here = from == (uintptr_t)data;
    else if (here)
      sscanf(line, "Rss: %zu kB", &kept);
  }
  if (maps != NULL)
    fclose(maps);
  return kept * 1024 * 100 / size;
}

static void expect_same_rows(const zc_table *plain, const zc_table *fast)
{
  zc_scalar *room = calloc((size_t)fast->width + 1, sizeof *room);
  cr_assert(eq(sz, fast->count, plain->count));
  for (size_t row = 0; row < plain->count; row++) {
    const zc_scalar *one = zc_table_row(plain, row, NULL);
    const zc_scalar *two = zc_table_row(fast, row, room);
    cr_assert(zc_table_line(plain, row) == zc_table_line(fast, row));
    for (int c = 0; c < plain->width; c++)
      cr_assert(zc_scalar_compare(&one[c], &two[c]) == 0, "row %zu, column %d", row, c);
  }
  free(room);
}

Test(load_mapped, the_pages_of_a_mapped_file_are_given_back_and_come_again)
{
  zc_buffer bytes = {0};
  zc_err err;
  size_t room;
  write_rows(&bytes);
  for (int size = 1; size <= 3; size += 2) {
    zc_crew *crew;
    json_t *faults = json_array();
    cr_assert(eq(int, zc_crew_new(size, &crew, &err), ZC_OK));
    char *data = map_file(&bytes, &room);
    zc_table *plain = table_over(bytes.data, bytes.size);
    zc_table *fast = table_over(data, bytes.size);
    fast->mapped = true;
    cr_assert(eq(int, zc_table_load(plain, NULL, faults, &err), ZC_OK));
    cr_assert(eq(int, zc_columns_load(fast, crew, NULL, faults, &err), ZC_OK));
    if (size == 1) /* several give back less of so small a file: each its own parts */
      cr_expect(lt(sz, resident(data, bytes.size), 60));
    expect_same_rows(plain, fast);
    zc_table_free(plain);
    zc_table_free(fast);
    munmap(data, room);
    zc_crew_free(crew);
    json_decref(faults);
  }
  zc_buffer_free(&bytes);
}
