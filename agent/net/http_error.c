/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* libcurl's results as our errors: a code that says what to do, a sentence that says it to people. */

#include "net/http_error.h"

#include "base/error.h"
#include "core/refusal.h"

#include <curl/curl.h>

static const struct
{
  CURLcode curl_code;
  HsErrorCode code;
  const char *sentence; /* goes on after the name of the host */
  HsRefusal refusal;    /* HS_REFUSAL_N_REFUSALS: none, people do not meet it */
} endings[] = {
  { CURLE_COULDNT_RESOLVE_HOST, HS_ERROR_TEMPORARY,
    "has no known address; check its name and the network", HS_REFUSAL_HOST_SILENT },
  { CURLE_COULDNT_RESOLVE_PROXY, HS_ERROR_TEMPORARY,
    "lies behind a proxy whose address is not known; check the configured proxy",
    HS_REFUSAL_HOST_SILENT },
  { CURLE_PROXY, HS_ERROR_TEMPORARY,
    "lies behind a proxy that did not let us through; check the configured proxy",
    HS_REFUSAL_HOST_SILENT },
  { CURLE_COULDNT_CONNECT, HS_ERROR_TEMPORARY,
    "does not answer; check that it is switched on and reachable", HS_REFUSAL_HOST_SILENT },
  { CURLE_OPERATION_TIMEDOUT, HS_ERROR_TEMPORARY,
    "did not answer in time; check that it is switched on and reachable", HS_REFUSAL_HOST_SILENT },
  { CURLE_SEND_ERROR, HS_ERROR_TEMPORARY, "broke the connection while we were sending",
    HS_REFUSAL_HOST_BROKE_OFF },
  { CURLE_RECV_ERROR, HS_ERROR_TEMPORARY, "broke the connection before its answer was complete",
    HS_REFUSAL_HOST_BROKE_OFF },
  { CURLE_GOT_NOTHING, HS_ERROR_TEMPORARY, "closed the connection without an answer",
    HS_REFUSAL_HOST_BROKE_OFF },
  { CURLE_PARTIAL_FILE, HS_ERROR_TEMPORARY, "sent an answer that was cut off",
    HS_REFUSAL_HOST_BROKE_OFF },
  { CURLE_SEND_FAIL_REWIND, HS_ERROR_TEMPORARY,
    "closed the connection while the request was on its way", HS_REFUSAL_HOST_BROKE_OFF },
  { CURLE_PEER_FAILED_VERIFICATION, HS_ERROR_REFUSED,
    "shows a certificate that is not for this name", HS_REFUSAL_HOST_UNTRUSTED },
  { CURLE_SSL_PINNEDPUBKEYNOTMATCH, HS_ERROR_REFUSED, "shows a key that is not the trusted one",
    HS_REFUSAL_HOST_UNTRUSTED },
  { CURLE_SSL_ISSUER_ERROR, HS_ERROR_REFUSED, "shows a certificate of an unknown issuer",
    HS_REFUSAL_HOST_UNTRUSTED },
  { CURLE_SSL_CERTPROBLEM, HS_ERROR_INTERNAL,
    "was not asked: our own certificate or key cannot be used; enrol again",
    HS_REFUSAL_N_REFUSALS },
  { CURLE_SSL_CACERT_BADFILE, HS_ERROR_INTERNAL,
    "was not asked: the certificates to check it against cannot be read", HS_REFUSAL_N_REFUSALS },
  { CURLE_SSL_CONNECT_ERROR, HS_ERROR_NOT_SUPPORTED,
    "did not agree on an encrypted connection; it must offer TLS 1.2 or newer",
    HS_REFUSAL_N_REFUSALS },
  { CURLE_SSL_CIPHER, HS_ERROR_NOT_SUPPORTED,
    "did not agree on an encrypted connection; there is no common cipher", HS_REFUSAL_N_REFUSALS },
  { CURLE_URL_MALFORMAT, HS_ERROR_INVALID, "is not part of a usable address",
    HS_REFUSAL_N_REFUSALS },
  { CURLE_WEIRD_SERVER_REPLY, HS_ERROR_CORRUPT, "does not speak HTTP", HS_REFUSAL_N_REFUSALS },
  { CURLE_UNSUPPORTED_PROTOCOL, HS_ERROR_CORRUPT, "does not speak HTTP/1.1",
    HS_REFUSAL_N_REFUSALS },
  { CURLE_BAD_CONTENT_ENCODING, HS_ERROR_CORRUPT, "sent an answer that cannot be decoded",
    HS_REFUSAL_N_REFUSALS },
};

GError *
hs_http_error_new (int curl_code, const char *host)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if ((int)endings[i].curl_code == curl_code)
      {
        GError *error
            = g_error_new (HS_ERROR, (int)endings[i].code, "“%s” %s", host, endings[i].sentence);
        if (endings[i].refusal != HS_REFUSAL_N_REFUSALS)
          hs_refusal_mark (error, endings[i].refusal, "host", host, NULL);
        return error;
      }
  return g_error_new (HS_ERROR, HS_ERROR_INTERNAL, "the request to “%s” failed: %s", host,
                      curl_easy_strerror ((CURLcode)curl_code));
}

gboolean
hs_http_error_is_trust (int curl_code)
{
  return curl_code == CURLE_PEER_FAILED_VERIFICATION || curl_code == CURLE_SSL_ISSUER_ERROR
         || curl_code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
}
