#include "office/letters.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "store/collected.h"

/* As docs/office.md has it, from the worst: problem, suspect, hint, not checked, undetermined, absent,
 * pass, not applicable. */
static const char order[] = {ZC_STATUS_PROBLEM,      ZC_STATUS_SUSPECT,
                             ZC_STATUS_HINT,         ZC_STATUS_NOT_CHECKED,
                             ZC_STATUS_UNDETERMINED, ZC_STATUS_ABSENT,
                             ZC_STATUS_PASS,         ZC_STATUS_NOT_APPLICABLE};

Test(letters, of_two_the_worse_counts_whichever_comes_first)
{
  for (size_t i = 0; i < sizeof order; i++)
    for (size_t k = i; k < sizeof order; k++) {
      cr_expect(eq(chr, zc_letter_worse(order[i], order[k]), order[i]));
      cr_expect(eq(chr, zc_letter_worse(order[k], order[i]), order[i]));
    }
}

Test(letters, what_has_not_been_told_gives_way_to_everything_and_is_absent_in_the_end)
{
  char letters[sizeof order + 2];
  zc_letters_begin(letters, sizeof order + 1);
  for (size_t i = 0; i < sizeof order; i++)
    letters[i] = zc_letter_worse(letters[i], order[i]);
  zc_letters_end(letters, sizeof order + 1);
  cr_expect(memcmp(letters, order, sizeof order) == 0);
  cr_expect(eq(chr, letters[sizeof order], ZC_STATUS_ABSENT));
}
