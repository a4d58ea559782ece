/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

#include "base/error.h"
#include "crypto/ed25519.h"
#include "crypto/jws.h"
#include "support/suite.h"
#include "trust/signed.h"

#define NOW 1500
#define PEM "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

/* An organisation: all private keys that there are. */
typedef struct
{
  HsSecretBytes *root, *next_root, *printer_admin, *command, *entitlement;
  HsBundle *bundle;
} World;

static HsSecretBytes *
make_key (HsPublicKey *key)
{
  HsSecretBytes *seed = hs_ed25519_generate (key->bytes, NULL);

  HS_ASSERT (seed != NULL);
  return seed;
}

static void
set_up (World *world)
{
  HsBundle *bundle = hs_bundle_new ();

  bundle->version = 3;
  world->root = make_key (&bundle->root);
  world->next_root = make_key (&bundle->next_root);
  world->printer_admin = make_key (&bundle->printer_admin);
  bundle->command_keys = g_new0 (HsPublicKey, 1);
  bundle->entitlement_keys = g_new0 (HsPublicKey, 1);
  world->command = make_key (bundle->command_keys);
  world->entitlement = make_key (bundle->entitlement_keys);
  bundle->n_command_keys = bundle->n_entitlement_keys = 1;
  bundle->organisation.bytes[0] = 1;
  bundle->organisation_name = g_strdup ("Example");
  bundle->issued_us = 1000;
  bundle->expires_us = 2000;
  bundle->site_urls = g_strsplit ("https://site.example", " ", -1);
  bundle->device_urls = g_strsplit ("https://site.example:8443", " ", -1);
  bundle->site_ca = g_new0 (char *, 2);
  bundle->site_ca[0] = g_strdup (PEM);
  world->bundle = bundle;
}

static void
clear (World *world)
{
  hs_secret_bytes_free (world->root);
  hs_secret_bytes_free (world->next_root);
  hs_secret_bytes_free (world->printer_admin);
  hs_secret_bytes_free (world->command);
  hs_secret_bytes_free (world->entitlement);
  hs_bundle_free (world->bundle);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, clear)

static char *
sign (const char *typ, const HsSecretBytes *seed, GBytes *payload)
{
  char *jws;

  HS_ASSERT (payload != NULL);
  jws = hs_jws_sign (typ, seed, g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), NULL);
  g_bytes_unref (payload);
  HS_ASSERT (jws != NULL);
  return jws;
}

static char *
sign_bundle (const HsBundle *bundle, const HsSecretBytes *seed)
{
  return sign (HS_JWS_TYP_BUNDLE, seed, hs_bundle_encode (bundle, NULL));
}

/* ── bundles ─────────────────────────────────────────────────────────────────────────────── */

static void
first_contact_believes_the_root_of_the_token_alone (void)
{
  g_auto (World) world = { NULL };
  guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES];
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) bundle = NULL;
  g_autofree char *jws = NULL, *forged = NULL;

  set_up (&world);
  jws = sign_bundle (world.bundle, world.root);
  hs_public_key_digest (&world.bundle->root, digest);
  bundle = hs_signed_bundle_open_first (jws, NULL, digest, NOW, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT_INT_EQ (bundle->version, 3);
  HS_ASSERT (hs_signed_bundle_open_first (jws, NULL, digest, 2000, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  g_clear_error (&error);
  digest[31] ^= 1;
  HS_ASSERT (hs_signed_bundle_open_first (jws, NULL, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  digest[31] ^= 1;
  forged = sign_bundle (world.bundle, world.command); /* names the right root, signed by a site */
  HS_ASSERT (hs_signed_bundle_open_first (forged, NULL, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

static void
a_next_root_signs_too_or_the_bundle_does_not_hold (void)
{
  g_auto (World) world = { NULL };
  guint8 digest[HS_PUBLIC_KEY_DIGEST_BYTES];
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) by_root = NULL, by_next = NULL;
  g_autofree char *plain = NULL, *plain_next = NULL, *jws = NULL, *next = NULL, *other = NULL,
                  *wrong = NULL;

  set_up (&world);
  plain = sign_bundle (world.bundle, world.root);
  plain_next = sign_bundle (world.bundle, world.next_root);
  world.bundle->has_next_root = TRUE;
  jws = sign_bundle (world.bundle, world.root);
  next = sign_bundle (world.bundle, world.next_root);
  wrong = sign_bundle (world.bundle, world.printer_admin);
  world.bundle->policy.quota_jobs++;
  other = sign_bundle (world.bundle, world.next_root);

  hs_public_key_digest (&world.bundle->root, digest);
  by_root = hs_signed_bundle_open_first (jws, next, digest, NOW, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_signed_bundle_open_first (jws, NULL, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  HS_ASSERT (hs_signed_bundle_open_first (jws, other, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  HS_ASSERT (hs_signed_bundle_open_first (jws, wrong, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  HS_ASSERT (hs_signed_bundle_open_first (plain, plain_next, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_CORRUPT);
  g_clear_error (&error);
  hs_public_key_digest (&world.bundle->next_root, digest);
  by_next = hs_signed_bundle_open_first (jws, next, digest, NOW, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_signed_bundle_open_first (plain, NULL, digest, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

static void
a_root_changes_only_by_way_of_an_announcement (void)
{
  g_auto (World) world = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBundle) before = NULL, announced = NULL, after = NULL;
  g_autofree char *jws = NULL;

  set_up (&world);
  before = hs_bundle_copy (world.bundle);
  announced = hs_bundle_copy (world.bundle);
  announced->has_next_root = TRUE;
  announced->version = 4;
  world.bundle->root = world.bundle->next_root;
  world.bundle->version = 5;
  jws = sign_bundle (world.bundle, world.next_root);
  HS_ASSERT (hs_signed_bundle_open_successor (jws, NULL, before, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
  g_clear_error (&error);
  after = hs_signed_bundle_open_successor (jws, NULL, announced, NOW, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_signed_bundle_open_successor (jws, NULL, after, NOW, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
}

static void
a_stored_bundle_opens_after_its_end_but_never_unsigned (void)
{
  g_auto (World) world = { NULL };
  g_autoptr (HsBundle) stored = NULL;
  g_autofree char *jws = NULL, *forged = NULL;

  set_up (&world);
  jws = sign_bundle (world.bundle, world.root);
  forged = sign_bundle (world.bundle, world.next_root);
  stored = hs_signed_bundle_open_stored (jws, NULL, NULL);
  HS_ASSERT (stored != NULL);
  HS_ASSERT (hs_signed_bundle_open_stored (forged, NULL, NULL) == NULL);
}

/* ── what the bundle's keys sign ─────────────────────────────────────────────────────────── */

static HsPrinterList *
make_printers (guint64 version)
{
  HsPrinterList *list = hs_printer_list_new ();
  HsPrinterEntry *entry = g_new0 (HsPrinterEntry, 1);

  list->version = version;
  list->issued_us = 1000;
  list->expires_us = 2000;
  entry->uuid.bytes[0] = 9;
  entry->name = g_strdup ("Hall");
  entry->uris = g_strsplit ("ipps://attacker.example/ipp/print", " ", -1);
  g_ptr_array_add (list->printers, entry);
  return list;
}

static void
only_the_printer_admin_signs_printers (void)
{
  g_auto (World) world = { NULL };
  g_autoptr (HsPrinterList) list = make_printers (1), opened = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&world);
  const HsSecretBytes *others[] = { world.command, world.entitlement, world.root, world.next_root };
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *jws
          = sign (HS_JWS_TYP_PRINTERS, others[i], hs_printer_list_encode (list, NULL));
      HS_ASSERT (hs_signed_printers_open (jws, world.bundle, NULL, NOW, &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
      g_clear_error (&error);
    }
  {
    g_autofree char *jws
        = sign (HS_JWS_TYP_PRINTERS, world.printer_admin, hs_printer_list_encode (list, NULL));
    opened = hs_signed_printers_open (jws, world.bundle, NULL, NOW, &error);
    HS_ASSERT_NO_ERROR (error);
    HS_ASSERT (hs_signed_printers_open (jws, world.bundle, opened, NOW, &error) == NULL);
    HS_ASSERT_ERROR (error, HS_ERROR_REFUSED);
    g_clear_error (&error);
    HS_ASSERT (hs_signed_printers_open (jws, world.bundle, NULL, 2000, &error) == NULL);
    HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  }
}

static void
only_the_root_signs_bundles (void)
{
  g_auto (World) world = { NULL };
  g_autoptr (HsBundle) before = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&world);
  before = hs_bundle_copy (world.bundle);
  world.bundle->version = 9;
  world.bundle->escrow = g_new0 (HsBundleEscrow, 1);
  world.bundle->n_escrow = 1;
  world.bundle->escrow->name = g_strdup ("Attacker");
  world.bundle->escrow->recipient
      = g_strdup ("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
  const HsSecretBytes *others[] = { world.command, world.entitlement, world.printer_admin };
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *jws = sign_bundle (world.bundle, others[i]);
      HS_ASSERT (hs_signed_bundle_open_successor (jws, NULL, before, NOW, &error) == NULL);
      HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
      g_clear_error (&error);
    }
}

static HsCommand
make_command (void)
{
  return (HsCommand){ .device = { { 1 } },
                      .nonce = { 2 },
                      .id = { { 3 } },
                      .kind = HS_COMMAND_KIND_RELEASE,
                      .job = { { 4 } },
                      .printer = { { 5 } },
                      .life_s = 60 };
}

static void
only_a_command_key_signs_commands_for_this_poll (void)
{
  g_auto (World) world = { NULL };
  const HsCommand command = make_command ();
  HsCommandPoll poll = { .device = { { 1 } }, .nonce = { 2 }, .sent_boot_us = 100 };
  g_autofree char *jws = NULL, *forged = NULL;
  g_autoptr (GError) error = NULL;
  HsCommand opened = { { { 0 } } };

  set_up (&world);
  jws = sign (HS_JWS_TYP_COMMAND, world.command, hs_command_encode (&command, NULL));
  forged = sign (HS_JWS_TYP_COMMAND, world.entitlement, hs_command_encode (&command, NULL));
  HS_ASSERT (!hs_signed_command_open (forged, world.bundle, &poll, 200, &opened, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
  g_clear_error (&error);
  HS_ASSERT (hs_id_is_zero (&opened.id));
  HS_ASSERT (hs_signed_command_open (jws, world.bundle, &poll, 200, &opened, &error));
  HS_ASSERT_INT_EQ (opened.printer.bytes[0], 5);
  poll.nonce[0]++; /* the next poll: the old command is a replay */
  HS_ASSERT (!hs_signed_command_open (jws, world.bundle, &poll, 200, &opened, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_EXPIRED);
  g_clear_error (&error);
  poll.nonce[0]--;
  poll.device.bytes[0]++;
  HS_ASSERT (!hs_signed_command_open (jws, world.bundle, &poll, 200, &opened, &error));
  HS_ASSERT_ERROR (error, HS_ERROR_DENIED);
}

static void
release_keys_and_entitlements_have_their_own_signers (void)
{
  g_auto (World) world = { NULL };
  HsReleaseKeys keys = { .device = { { 1 } }, .issued_us = 5, .n_keys = 1 };
  HsEntitlement entitlement
      = { .identity = { { 7 } }, .device = { { 1 } }, .issued_us = 1, .expires_us = 2 };
  const HsId device = { { 1 } }, other = { { 2 } };
  g_autoptr (HsReleaseKeys) opened = NULL;
  g_autoptr (HsEntitlement) entitled = NULL;
  g_autofree char *good_keys = NULL, *bad_keys = NULL, *good = NULL, *bad = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&world);
  keys.keys[0] = (HsReleaseKey){ .epoch = 1, .not_before_us = 1, .not_after_us = 2 };
  good_keys = sign (HS_JWS_TYP_RELEASE_KEYS, world.command, hs_release_keys_encode (&keys, NULL));
  bad_keys
      = sign (HS_JWS_TYP_RELEASE_KEYS, world.entitlement, hs_release_keys_encode (&keys, NULL));
  good = sign (HS_JWS_TYP_ENTITLEMENT, world.entitlement,
               hs_entitlement_encode (&entitlement, NULL));
  bad = sign (HS_JWS_TYP_ENTITLEMENT, world.command, hs_entitlement_encode (&entitlement, NULL));
  opened = hs_signed_release_keys_open (good_keys, world.bundle, NULL, &device, &error);
  HS_ASSERT_NO_ERROR (error);
  entitled = hs_signed_entitlement_open (good, world.bundle, &device, &error);
  HS_ASSERT_NO_ERROR (error);
  HS_ASSERT (hs_signed_release_keys_open (bad_keys, world.bundle, NULL, &device, NULL) == NULL);
  HS_ASSERT (hs_signed_release_keys_open (good_keys, world.bundle, NULL, &other, NULL) == NULL);
  HS_ASSERT (hs_signed_entitlement_open (bad, world.bundle, &device, NULL) == NULL);
  HS_ASSERT (hs_signed_entitlement_open (good, world.bundle, &other, NULL) == NULL);
}

HS_SUITE ("signed objects",
          { "first contact believes the root of the token alone",
            first_contact_believes_the_root_of_the_token_alone },
          { "a next root signs too, or the bundle does not hold",
            a_next_root_signs_too_or_the_bundle_does_not_hold },
          { "a root changes only by way of an announcement",
            a_root_changes_only_by_way_of_an_announcement },
          { "a stored bundle opens after its end but never unsigned",
            a_stored_bundle_opens_after_its_end_but_never_unsigned },
          { "only the printer admin signs printers", only_the_printer_admin_signs_printers },
          { "only the root signs bundles", only_the_root_signs_bundles },
          { "only a command key signs commands, and for this poll",
            only_a_command_key_signs_commands_for_this_poll },
          { "release keys and entitlements have their own signers",
            release_keys_and_entitlements_have_their_own_signers })
