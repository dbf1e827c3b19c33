/* copies: makes a hospital's export longer. The lines of FROM come again and again, until there
 * are ROWS of them or, when ROWS is 0, COPIES times; each time as those of another hospital, so
 * that no key comes twice: a number of a person, a document or a stay (capitals and at least four
 * digits, HZ0000123 or HZ0000123-2) gets the number of the copy behind it. Codes of goods, diagnoses and
 * departments, which are shorter, stay as they are. Prints how many copies were begun.
 *
 *   copies FROM TO ROWS COPIES */
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

static bool is_number(const char *cell, size_t length)
{
  size_t letters = 0, digits = 0;
  while (letters < length && cell[letters] >= 'A' && cell[letters] <= 'Z')
    letters++;
  while (letters + digits < length && cell[letters + digits] >= '0' &&
         cell[letters + digits] <= '9')
    digits++;
  if (letters < 1 || letters > 4 || digits < 4)
    return false;
  size_t at = letters + digits;
  while (at < length && (cell[at] == '-' || (cell[at] >= '0' && cell[at] <= '9')))
    at++;
  return at == length;
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
static void put_line(const char *at, const char *end, long copy, FILE *out)
{
  for (;;) {
    const char *stop = end_of(at, end, false);
    size_t length = (size_t)(stop - at);
    fwrite(at, 1, length, out);
    if (copy > 0 && is_number(at, length))
      fprintf(out, "X%ld", copy);
    if (stop == end)
      break;
    fputc(',', out);
    at = stop + 1;
  }
  fputc('\n', out);
}

int main(int argc, char **argv)
{
  if (argc != 5) {
    fprintf(stderr, "usage: copies FROM TO ROWS COPIES\n");
    return 64;
  }
  size_t length;
  char *bytes = read_all(argv[1], &length);
  long rows = atol(argv[3]), copies = atol(argv[4]), written = 0, copy = 0;
  const char *end = bytes + length, *first = end_of(bytes, end, true);
  FILE *out = fopen(argv[2], "wb");
  if (out == NULL || first == end) {
    perror(argv[2]);
    return 73;
  }
  put_line(bytes, first, 0, out);
  for (; first + 1 < end && (rows > 0 ? written < rows : copy < copies); copy++)
    for (const char *at = first + 1; at < end && (rows == 0 || written < rows);
         written++) {
      const char *stop = end_of(at, end, true);
      put_line(at, stop, copy, out);
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
