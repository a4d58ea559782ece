/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "crypto/certificate.h"
#include "support/suite.h"
#include "support/temp_dir.h"

#include <glib/gstdio.h>

#define DAY_US G_TIME_SPAN_DAY
#define NOW_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static const char *const uuid = "00112233-4455-4677-8899-aabbccddeeff";

static HsCertificateKey *
new_key (void)
{
  g_autoptr (GError) error = NULL;
  HsCertificateKey *key = hs_certificate_key_new (&error);

  HS_ASSERT_NO_ERROR (error);
  return key;
}

static HsCertificate *
new_authority (const HsCertificateKey *key, const char *name)
{
  g_autoptr (GError) error = NULL;
  HsCertificate *authority
      = hs_certificate_make_authority (key, name, NOW_US, NOW_US + 3650 * DAY_US, &error);

  HS_ASSERT_NO_ERROR (error);
  return authority;
}

static HsCertificate *
issue_device (const HsCertificate *authority,
              const HsCertificateKey *authority_key,
              const HsCertificateKey *key)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *request = hs_certificate_key_make_request (key, &error);
  HsId device;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_id_parse (uuid, &device));
  HsCertificate *certificate = hs_certificate_issue_device (
      authority, authority_key, request, &device, NOW_US, NOW_US + 90 * DAY_US, &error);
  HS_ASSERT_NO_ERROR (error);
  return certificate;
}

static void
a_device_certificate_names_its_device_and_serves_clients_only (void)
{
  g_autoptr (HsCertificateKey) authority_key = new_key ();
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (authority_key, "Device authority");
  g_autoptr (HsCertificate) certificate = issue_device (authority, authority_key, key);
  char text[HS_ID_TEXT_BYTES];
  HsId device;

  HS_ASSERT (hs_certificate_get_device (certificate, &device));
  HS_ASSERT_STR_EQ (hs_id_format (&device, text), uuid);
  HS_ASSERT (hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_CLIENTS));
  HS_ASSERT (!hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_SERVERS));
  HS_ASSERT (!hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_ISSUING));
  HS_ASSERT (hs_certificate_is_issued_by (certificate, authority));
  HS_ASSERT (hs_certificate_has_key (certificate, key));
  HS_ASSERT (!hs_certificate_has_key (certificate, authority_key));
  HS_ASSERT_INT_EQ (hs_certificate_get_not_before_us (certificate), NOW_US);
  HS_ASSERT_INT_EQ (hs_certificate_get_not_after_us (certificate), NOW_US + 90 * DAY_US);
  HS_ASSERT_INT_EQ (strlen (hs_certificate_get_serial (certificate)), 32);
}

static void
a_server_certificate_is_no_device_certificate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCertificateKey) authority_key = new_key ();
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (authority_key, "Site authority");
  const char *names[] = { "print.example.org", "127.0.0.1", "::1", NULL };
  g_autoptr (HsCertificate) certificate = hs_certificate_issue_server (
      authority, authority_key, key, names, NOW_US, NOW_US + DAY_US, &error);
  HsId device = { { 9 } };

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_SERVERS));
  HS_ASSERT (!hs_certificate_serves (certificate, HS_CERTIFICATE_FOR_CLIENTS));
  HS_ASSERT (!hs_certificate_get_device (certificate, &device));
  HS_ASSERT_INT_EQ (device.bytes[0], 9);
}

static void
a_name_that_would_add_another_name_is_refused (void)
{
  static const char *const bad[]
      = { "a.example,DNS:b.example", "a b", "", "*.example.org", "ex\n" };
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (key, "Site authority");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      const char *names[] = { bad[i], NULL };
      HS_ASSERT (
          hs_certificate_issue_server (authority, key, key, names, NOW_US, NOW_US + DAY_US, &error)
          == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
    }
}

static void
another_authority_of_the_same_name_has_not_issued_it (void)
{
  g_autoptr (HsCertificateKey) authority_key = new_key ();
  g_autoptr (HsCertificateKey) other_key = new_key ();
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (authority_key, "Device authority");
  g_autoptr (HsCertificate) other = new_authority (other_key, "Device authority");
  g_autoptr (HsCertificate) certificate = issue_device (authority, authority_key, key);

  HS_ASSERT (!hs_certificate_is_issued_by (certificate, other));
  HS_ASSERT (!hs_certificate_is_issued_by (certificate, certificate));
}

static void
a_damaged_request_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (key, "Device authority");
  g_autofree char *request = hs_certificate_key_make_request (key, &error);
  HsId device;

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_id_parse (uuid, &device));
  gsize length = strlen (request);
  gsize refused = 0;
  gsize tried = 0;
  for (gsize place = 40; place < length - 40; place += 7)
    {
      g_autofree char *damaged = g_strdup (request);
      g_autoptr (GError) reason = NULL;
      damaged[place] = damaged[place] == 'A' ? 'B' : 'A';
      g_autoptr (HsCertificate) certificate = hs_certificate_issue_device (
          authority, key, damaged, &device, NOW_US, NOW_US + DAY_US, &reason);
      tried++;
      if (certificate == NULL)
        refused++;
    }
  HS_ASSERT_INT_EQ (refused, tried);
}

static void
a_request_for_another_kind_of_key_is_refused (void)
{
  /* An RSA request, made with `openssl req -new -newkey rsa:1024 -nodes -subj /`. */
  static const char request[] = "-----BEGIN CERTIFICATE REQUEST-----\n"
                                "MIIBPzCBqQIBADAAMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC2zXY4hXx9\n"
                                "He1oRyhAxSDiIhlc9qT2lbndkma2fCaFyQWCnwDnDmE+IIMfhQeaE5x6cysEGL+T\n"
                                "iNpiaBI3SYmJtGRbc7oV8o7x0d+5UVoYzl5RHD1vFJbhQra8lVO/MiaZw5PKEPg9\n"
                                "iqm8VUe54Bl+kQWG+Bog4n0bRYWId/me0QIDAQABoAAwDQYJKoZIhvcNAQELBQAD\n"
                                "gYEAkPJ0abzCwf47cJ1pqakhQoaXl4VXBxRRDZvGR+XOFpjvNB2429ZHyjpDCpIu\n"
                                "wI2DcLWdQf7QHMGmQK2KsbRWOxJmhG+K9IPfgQAgkx4BACnhLvLdYgqpg/LSGry4\n"
                                "L8hFbCnE+jQ7z2XpaLqDZSNWq6+TYXGDRSFxLYdZVRoa7yg=\n"
                                "-----END CERTIFICATE REQUEST-----\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (key, "Device authority");
  HsId device;

  HS_ASSERT (hs_id_parse (uuid, &device));
  HS_ASSERT (hs_certificate_issue_device (authority, key, request, &device, NOW_US, NOW_US + DAY_US,
                                          &error)
             == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  HS_ASSERT (strstr (error->message, "P-256") != NULL);
}

static void
a_key_file_is_private_and_reads_back (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = hs_temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "device.key", NULL);
  g_autoptr (HsCertificateKey) key = new_key ();
  GStatBuf status;
  guint8 pin[32], pin_back[32];

  HS_ASSERT (g_file_set_contents (path, "old", 3, NULL));
  HS_ASSERT (g_chmod (path, 0644) == 0);
  HS_ASSERT (hs_certificate_key_store (key, path, &error));
  HS_ASSERT (g_stat (path, &status) == 0);
  HS_ASSERT_INT_EQ (status.st_mode & 0777, 0600);
  g_autoptr (HsCertificateKey) back = hs_certificate_key_load (path, &error);
  HS_ASSERT_NO_ERROR (error);
  hs_certificate_key_get_pin (key, pin);
  hs_certificate_key_get_pin (back, pin_back);
  HS_ASSERT_BYTES_EQ (pin, 32, pin_back, 32);

  HS_ASSERT (g_chmod (path, 0640) == 0);
  HS_ASSERT (hs_certificate_key_load (path, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  HS_ASSERT (g_file_set_contents (path, "nonsense", -1, NULL));
  HS_ASSERT (g_chmod (path, 0600) == 0);
  HS_ASSERT (hs_certificate_key_load (path, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  hs_temp_dir_free (folder);
}

static void
a_terminals_certificate_is_no_workstations_and_the_other_way_round (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCertificateKey) authority_key = new_key ();
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (authority_key, "Device authority");
  g_autoptr (HsCertificate) of_device = issue_device (authority, authority_key, key);
  g_autofree char *request = hs_certificate_key_make_request (key, &error);
  HsId id, found;
  guint8 one[32], other[32];

  HS_ASSERT (hs_id_parse (uuid, &id));
  g_autoptr (HsCertificate) of_terminal = hs_certificate_issue_terminal (
      authority, authority_key, request, &id, NOW_US, NOW_US + DAY_US, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_certificate_get_terminal (of_terminal, &found) && hs_id_equal (&found, &id));
  HS_ASSERT (!hs_certificate_get_device (of_terminal, &found));
  HS_ASSERT (!hs_certificate_get_terminal (of_device, &found));
  HS_ASSERT (hs_certificate_serves (of_terminal, HS_CERTIFICATE_FOR_CLIENTS));
  HS_ASSERT (!hs_certificate_serves (of_terminal, HS_CERTIFICATE_FOR_SERVERS));
  HS_ASSERT (!hs_certificate_serves (of_terminal, HS_CERTIFICATE_FOR_ISSUING));
  HS_ASSERT (hs_certificate_is_issued_by (of_terminal, authority));
  hs_certificate_get_fingerprint (of_terminal, one);
  hs_certificate_get_fingerprint (of_device, other);
  HS_ASSERT (memcmp (one, other, sizeof one) != 0);
}

static void
a_certificate_reads_back_from_its_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCertificateKey) key = new_key ();
  g_autoptr (HsCertificate) authority = new_authority (key, "Device authority");
  g_autofree char *pem = hs_certificate_dup_pem (authority);
  g_autoptr (HsCertificate) back = hs_certificate_parse_pem (pem, &error);

  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_STR_EQ (hs_certificate_get_serial (back), hs_certificate_get_serial (authority));
  HS_ASSERT (hs_certificate_serves (back, HS_CERTIFICATE_FOR_ISSUING));
  HS_ASSERT (hs_certificate_parse_pem ("-----BEGIN CERTIFICATE-----\n", &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  g_clear_error (&error);
  HS_ASSERT (hs_certificate_parse_der ((const guint8 *)"\x30\x00", 2, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE ("certificate",
          { "a device certificate names its device and serves clients only",
            a_device_certificate_names_its_device_and_serves_clients_only },
          { "a server certificate is no device certificate",
            a_server_certificate_is_no_device_certificate },
          { "a name that would add another name is refused",
            a_name_that_would_add_another_name_is_refused },
          { "another authority of the same name has not issued it",
            another_authority_of_the_same_name_has_not_issued_it },
          { "a damaged request is refused", a_damaged_request_is_refused },
          { "a request for another kind of key is refused",
            a_request_for_another_kind_of_key_is_refused },
          { "a key file is private and reads back", a_key_file_is_private_and_reads_back },
          { "a terminal's certificate is no workstation's, and the other way round",
            a_terminals_certificate_is_no_workstations_and_the_other_way_round },
          { "a certificate reads back from its text", a_certificate_reads_back_from_its_text })
