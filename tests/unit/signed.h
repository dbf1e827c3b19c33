/* signed.h: keys and a signature that minisign 0.11 made or has read, for tests. The key is
 * that of RFC 8032's first test, its id 1 to 8. */
#ifndef TEST_SIGNED_H
#define TEST_SIGNED_H

#include "package/signature.h"

#define SIGNED_PASSPHRASE "口令"
#define SIGNED_ID "0807060504030201"

#define SIGNED_PUBLIC_LINE "RWQBAgMEBQYHCNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
#define SIGNED_PUBLIC "untrusted comment: a key\n" SIGNED_PUBLIC_LINE "\n"

/* Not locked. */
#define SIGNED_OPEN_LINE                                                               \
  "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQIDBAUGBw" \
  "id"                                                                                 \
  "YbGd7/1aYLqESvSS7CzEREnFaXsyaRlwO6wDHK5/YNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3"   \
  "B1EaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* Locked by four passes over 1 MiB. */
#define SIGNED_LOCKED_LINE                                                             \
  "RWRTY0IyAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AAAIAAAAAAAAAEAAAAAAA8+"         \
  "EE6wndck3C"                                                                         \
  "61PXtffQkWKAUpAS7fNK1LL/"                                                           \
  "e0zMT8g0iBCJypLc+ZjQZdm4weZz7oHGMjgr1IW7NQVqSO1FKulI67XHJtLu"                       \
  "Aklwy79A5Vwj74apXP4brlJJ9kcLzN6qXI4G6bfFcak="

/* Locked once over 1 MiB, where memory might be 16 MiB. */
#define SIGNED_LOCKED_ONCE_LINE                                                        \
  "RWRTY0IyAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AgAAAAAAAAAAAAAEAAAAAT9ZeFxruP0" \
  "fo"                                                                                 \
  "DSi1t7P6nH36ToX0YfOXKmlmAGWM4xkq5UJKSY60ZNnI2JfXv+"                                 \
  "h2NUDflY47TNcMNOFkUHxhScQXOJ1zVeng"                                                 \
  "cK6n99SHhJQd0s3fXZ9zfKsaKn/js+uu5hF3hBiLcUA="

#define SIGNED_REPORT "自查整改报告\n"
#define SIGNED_COMMENT "zicha:1 facility:T1 run:abc"
#define SIGNED_OWN                                                                     \
  "RUQBAgMEBQYHCCbGtX2zL/"                                                             \
  "E3ez8BYt9Zz894oMNxUtOPtvbHpNscPKlOMMu40ngcb6XzbXe85fxCHmD7hJm1"                     \
  "mYqgICwoHft+tAI="
#define SIGNED_ALL                                                                     \
  "776Z0FErzNmvjm/VxRDuYB7br7W2RJ4xR27+ICzTRIbc9IwOB38Xmic39VLYcGE8HSc+HJO6xBA7k/"     \
  "h55FKf"                                                                             \
  "Ag=="
#define SIGNED_SIGNATURE                                                               \
  "untrusted comment: made by minisign\n" SIGNED_OWN "\n"                              \
  "trusted comment: " SIGNED_COMMENT "\n" SIGNED_ALL "\n"

/* The report, signed with minisign -l. */
#define SIGNED_OLD                                                                     \
  "untrusted comment: signature from minisign secret key\n"                            \
  "RWQBAgMEBQYHCDOFCMZXT5m97D/kuSvZcZmk9p97EbiBvJ3StX9LuhH+ltPbLIrnxDcM/"              \
  "RcQEBeVEPshldM3"                                                                    \
  "4y9FLS9r7NY9nQk=\ntrusted comment: old\n"                                           \
  "6ILgz7U6+V43eKp8Ht5dbUCVtjJhDoHQINR2h3wQQVPuvUF4My78tA+9Tp/KJOM/"                   \
  "O2WOEnZOX4OPRkGSMk6k"                                                               \
  "Aw==\n"

#endif
