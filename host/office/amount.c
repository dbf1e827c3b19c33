#include "office/amount.h"

#include <string.h>

#include "store/collected.h"

int64_t zc_amount_read(const char *text)
{
  int64_t number = 0;
  size_t digits = strspn(text, "0123456789");
  const char *rest = text + digits;
  if (digits == 0 || digits > 12)
    return ZC_UNKNOWN;
  for (size_t i = 0; i < digits; i++)
    number = number * 10 + (text[i] - '0');
  number *= 100;
  if (*rest != '\0') {
    size_t places = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
    if (places == 0 || places > 2 || rest[1 + places] != '\0')
      return ZC_UNKNOWN;
    number += (rest[1] - '0') * 10 + (places == 2 ? rest[2] - '0' : 0);
  }
  return number <= ZC_AMOUNT_MOST ? number : ZC_UNKNOWN;
}

int64_t zc_amount_add(int64_t a, int64_t b)
{
  if (a == ZC_UNKNOWN || b == ZC_UNKNOWN)
    return a == ZC_UNKNOWN ? b : a;
  return a > INT64_MAX - b ? INT64_MAX : a + b;
}

int64_t zc_amount_known(int64_t number)
{
  return number == ZC_UNKNOWN ? 0 : number;
}

bool zc_decimal_is(const char *text)
{
  const char *at = text + (*text == '-');
  size_t digits = strspn(at, "0123456789");
  if (digits == 0 || strlen(text) > 30)
    return false;
  at += digits;
  if (*at == '.') {
    digits = strspn(at + 1, "0123456789");
    at += digits == 0 ? 0 : digits + 1;
  }
  return *at == '\0';
}
