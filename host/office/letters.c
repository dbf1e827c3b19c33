#include "office/letters.h"

#include <string.h>

#include "store/collected.h"

/* 0 for what is none. */
static int rank_of(char letter)
{
  static const unsigned char ranks[256] =
      {[ZC_STATUS_NOT_APPLICABLE] = 1, [ZC_STATUS_PASS] = 2,
       [ZC_STATUS_ABSENT] = 3,         [ZC_STATUS_UNDETERMINED] = 4,
       [ZC_STATUS_NOT_CHECKED] = 5,    [ZC_STATUS_HINT] = 6,
       [ZC_STATUS_SUSPECT] = 7,        [ZC_STATUS_PROBLEM] = 8};
  return ranks[(unsigned char)letter];
}

char zc_letter_worse(char a, char b)
{
  return rank_of(b) > rank_of(a) ? b : a;
}

void zc_letters_begin(char *letters, size_t count)
{
  memset(letters, ZC_LETTER_NONE, count + 1);
}

void zc_letters_end(char *letters, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (letters[i] == ZC_LETTER_NONE)
      letters[i] = ZC_STATUS_ABSENT;
}
