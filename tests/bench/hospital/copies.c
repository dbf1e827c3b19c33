/* copies: makes a hospital's export longer. The lines of FROM come again and again, until there
 * are ROWS of them or, when ROWS is 0, COPIES times; each time as those of another hospital, so
 * that no key comes twice: in a number of a person, a document or a stay (capitals and at least
 * four digits, HZ0000123 or HZ0000123-2) the digits go on where those of the copy before ended,
 * as numbers that a hospital gives do. Codes of goods, diagnoses and departments, which are
 * shorter, stay as they are. Prints how many copies were begun.
 *
 * SERIES tells for each beginning how many numbers a copy has ("HZ 13557", a line each). What it
 * does not name gets the number of the copy behind it: HZ0000123X7.
 *
 *   copies FROM TO ROWS COPIES SERIES */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path, size_t *length)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
    perror(path);
    exit(66);
  }
  *length = (size_t)ftell(file);
  rewind(file);
  char *bytes = malloc(*length + 1);
  if (bytes == NULL || fread(bytes, 1, *length, file) != *length) {
    perror(path);
    exit(74);
  }
  fclose(file);
  bytes[*length] = '\0';
  return bytes;
}

#define LETTERS 4 /* at most, before the digits of a number */
#define MOST 100

typedef struct {
  struct {
    char letters[LETTERS + 1];
    long numbers; /* of one copy */
  } of[MOST + 1]; /* the last one is too many */
  int count;
} series_list;

static void read_series(const char *path, series_list *series)
{
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    exit(66);
  }
  while (series->count <= MOST &&
         fscanf(file, "%4s %ld", series->of[series->count].letters,
                &series->of[series->count].numbers) == 2)
    series->count++;
  bool whole = feof(file) != 0 && series->count <= MOST;
  fclose(file);
  if (!whole) {
    fprintf(stderr, "%s: more than %d beginnings, or no number behind one\n", path,
            MOST);
    exit(65);
  }
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static bool is_number(const char *cell, size_t length, size_t *letters, size_t *digits)
{
  *letters = *digits = 0;
  while (*letters < length && cell[*letters] >= 'A' && cell[*letters] <= 'Z')
    ++*letters;
  while (*letters + *digits < length && is_digit(cell[*letters + *digits]))
    ++*digits;
  if (*letters < 1 || *letters > LETTERS || *digits < 4 || *digits > 15)
    return false;
  size_t at = *letters + *digits;
  while (at < length && (cell[at] == '-' || is_digit(cell[at])))
    at++;
  return at == length;
}

/* A cell as copy `copy` has it. */
static void put_cell(const char *cell, size_t length, long copy,
                     const series_list *series, FILE *out)
{
  size_t letters, digits;
  if (copy == 0 || !is_number(cell, length, &letters, &digits)) {
    fwrite(cell, 1, length, out);
    return;
  }
  for (int i = 0; i < series->count; i++)
    if (strlen(series->of[i].letters) == letters &&
        memcmp(series->of[i].letters, cell, letters) == 0) {
      const char *rest = cell + letters + digits;
      fprintf(out, "%s%0*ld%.*s", series->of[i].letters, (int)digits,
              strtol(cell + letters, NULL, 10) + copy * series->of[i].numbers,
              (int)(cell + length - rest), rest);
      return;
    }
  fprintf(out, "%.*sX%ld", (int)length, cell, copy);
}

/* The end of the line, or of the cell, that begins here; a quoted one may hold either's end. */
static const char *end_of(const char *at, const char *end, bool line)
{
  for (bool quoted = false; at < end; at++) {
    if (*at == '"')
      quoted = !quoted;
    else if (!quoted && (*at == '\n' || (!line && *at == ',')))
      return at;
  }
  return end;
}

/* The line with its line feed, as copy `copy` has it. */
static void put_line(const char *at, const char *end, long copy,
                     const series_list *series, FILE *out)
{
  for (;;) {
    const char *stop = end_of(at, end, false);
    put_cell(at, (size_t)(stop - at), copy, series, out);
    if (stop == end)
      break;
    fputc(',', out);
    at = stop + 1;
  }
  fputc('\n', out);
}

int main(int argc, char **argv)
{
  if (argc != 6) {
    fprintf(stderr, "usage: copies FROM TO ROWS COPIES SERIES\n");
    return 64;
  }
  series_list series = {0};
  read_series(argv[5], &series);
  size_t length;
  char *bytes = read_all(argv[1], &length);
  long rows = atol(argv[3]), copies = atol(argv[4]), written = 0, copy = 0;
  const char *end = bytes + length, *first = end_of(bytes, end, true);
  FILE *out = fopen(argv[2], "wb");
  if (out == NULL || first == end) {
    perror(argv[2]);
    return 73;
  }
  put_line(bytes, first, 0, &series, out);
  for (; first + 1 < end && (rows > 0 ? written < rows : copy < copies); copy++)
    for (const char *at = first + 1; at < end && (rows == 0 || written < rows);
         written++) {
      const char *stop = end_of(at, end, true);
      put_line(at, stop, copy, &series, out);
      at = stop + 1;
    }
  if (fclose(out) != 0) {
    perror(argv[2]);
    return 74;
  }
  free(bytes);
  printf("%ld\n", copy);
  return 0;
}
