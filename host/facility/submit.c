#include "facility/submit.h"

zc_code zc_submission_sign(const zc_submission *submission, const zc_secret_key *key,
                           zc_buffer *signature, zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_claim claim;
  zc_buffer comment = {0};
  const zc_part *figures = submission->figures.data == NULL ? NULL
                                                            : &submission->figures;
  zc_code code = zc_claim_make(submission->facility, submission->run, figures, &claim,
                               err);
  zc_blake2b_of(submission->report.data, submission->report.size, digest,
                sizeof digest);
  if (code == ZC_OK) {
    zc_claim_print(&claim, &comment);
    code = zc_buffer_check(&comment, err);
  }
  if (code == ZC_OK)
    code = zc_signature_make(digest, key, comment.data, signature, err);
  zc_buffer_free(&comment);
  return code;
}

zc_code zc_submission_pack(const zc_submission *submission, const zc_secret_key *key,
                           zc_buffer *out, zc_err *err)
{
  zc_buffer signature = {0};
  zc_code code = ZC_OK;
  if (key != NULL)
    code = zc_submission_sign(submission, key, &signature, err);
  else
    zc_buffer_text(&signature, ZC_ZREP_UNSIGNED);
  if (code == ZC_OK)
    code = zc_buffer_check(&signature, err);
  zc_zrep parts = {submission->report,
                   {signature.data, signature.size},
                   submission->figures};
  if (code == ZC_OK)
    code = zc_zrep_write(&parts, out, err);
  zc_buffer_free(&signature);
  return code;
}
