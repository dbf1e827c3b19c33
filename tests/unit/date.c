#include "base/date.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

Test(date, every_day_of_four_centuries_survives_the_round_trip)
{
  int32_t first = zc_day_from_civil((zc_civil){1900, 1, 1});
  int32_t last = zc_day_from_civil((zc_civil){2300, 1, 1});
  for (int32_t day = first; day < last; day++) {
    zc_civil civil = zc_day_to_civil(day);
    cr_assert(zc_civil_valid(civil), "day %d", (int)day);
    cr_assert(eq(i32, zc_day_from_civil(civil), day));
  }
}

Test(date, weekdays_follow_the_calendar)
{
  static const struct {
    zc_civil civil;
    int weekday;
  } rows[] = {{{1970, 1, 1}, 4},
              {{2023, 5, 1}, 1},
              {{2024, 2, 29}, 4},
              {{1969, 12, 31}, 3}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cr_expect(eq(int, zc_day_weekday(zc_day_from_civil(rows[i].civil)),
                 rows[i].weekday),
              "row %zu", i);
}

Test(date, only_strict_iso_is_read)
{
  static const char *const wrong[] = {"2023-5-1",   "2023-02-30", "2023/05/01",
                                      "20230501",   "2023-13-01", "",
                                      "2023-05-011"};
  int32_t day;
  cr_expect(zc_day_parse("2024-02-29", 10, &day));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_expect(not(zc_day_parse(wrong[i], strlen(wrong[i]), &day)), "%s", wrong[i]);
}
