/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Title keys, sealed titles and the links that pair a browser. */

#include "seal/title_key.h"

#include "base/error.h"
#include "core/wire/announce.h"
#include "seal/age_message.h"
#include "seal/key_file.h"
#include "seal/sealed_title.h"
#include "support/hex.h"
#include "support/suite.h"

#include <string.h>

static HsSecretBytes *
owner_key (void)
{
  guint8 bytes[HS_X25519_BYTES];

  memset (bytes, 0x42, sizeof bytes);
  return hs_secret_bytes_new_copy (bytes, sizeof bytes);
}

static void
the_title_key_is_made_of_the_owners_key (void)
{
  g_autoptr (HsSecretBytes) owner = owner_key ();
  g_autoptr (HsSecretBytes) title_key = hs_title_key_derive (owner, NULL);
  g_autoptr (HsSecretBytes) wrong = hs_secret_bytes_new (31);
  g_autoptr (GError) error = NULL, second = NULL;
  guint8 derived[32], computed[32], owner_public[32];
  char text[HS_RECIPIENT_TEXT_BYTES];

  /* tests/vectors/title/plain.txt, made by tests/interop/sealed_titles.py */
  HS_ASSERT (hs_title_key_derive_public (owner, derived, NULL));
  HS_ASSERT_STR_EQ (hs_recipient_format (derived, text),
                    "age15exm4uswc2wvwr4069klaepwn0qzz25y643qfwdjweh4rxc4a4ps59zacm");
  HS_ASSERT (hs_x25519_get_public (title_key, computed, NULL));
  HS_ASSERT_BYTES_EQ (computed, 32, derived, 32);
  HS_ASSERT (hs_x25519_get_public (owner, owner_public, NULL));
  HS_ASSERT (memcmp (owner_public, derived, 32) != 0);
  HS_ASSERT (hs_title_key_derive (wrong, &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
  HS_ASSERT (!hs_title_key_derive_public (wrong, derived, &second));
  HS_ASSERT_ERROR (second, HS_ERROR_INVALID);
}

/* Opens a sealed title with @key; NULL: it does not. */
static json_t *
open_title (GBytes *sealed, const HsSecretBytes *key)
{
  g_autoptr (HsSecretBytes) plain
      = hs_age_message_open (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), key, NULL);

  if (plain == NULL)
    return NULL;
  return hs_json_parse ("title", (const char *)hs_secret_bytes_peek (plain),
                        hs_secret_bytes_get_length (plain), HS_JSON_MAX_BYTES, NULL);
}

static void
only_the_title_key_opens_a_title_and_it_names_the_job (void)
{
  g_autoptr (HsSecretBytes) owner = owner_key ();
  g_autoptr (HsSecretBytes) title_key = hs_title_key_derive (owner, NULL);
  guint8 title_public[32];
  const HsId job = { { 7 } };
  g_autofree char *uuid = hs_id_dup_text (&job);

  HS_ASSERT (hs_title_key_derive_public (owner, title_public, NULL));
  g_autoptr (GBytes) sealed = hs_sealed_title_seal (title_public, &job, "Löhne \"2026\"", NULL);
  HS_ASSERT (open_title (sealed, owner) == NULL);
  g_autoptr (json_t) object = open_title (sealed, title_key);
  HS_ASSERT_STR_EQ (json_string_value (json_object_get (object, "title")), "Löhne \"2026\"");
  HS_ASSERT_STR_EQ (json_string_value (json_object_get (object, "job")), uuid);
}

static void
the_length_tells_little_and_has_an_end (void)
{
  static const struct
  {
    gsize title_bytes;
    char letter;
    gsize sealed_bytes;
  } cases[] = { { 1, 'a', 392 },     { 100, 'a', 392 },   { 200, 'a', 712 },
                { 1023, 'a', 2504 }, { 1023, '"', 2504 }, { 5000, '"', 2504 } };
  g_autoptr (HsSecretBytes) key = owner_key ();
  guint8 title_public[32];

  HS_ASSERT (hs_x25519_get_public (key, title_public, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = g_strnfill (cases[i].title_bytes, cases[i].letter);
      g_autoptr (GBytes) sealed
          = hs_sealed_title_seal (title_public, &(HsId){ { 1 } }, title, NULL);
      g_autoptr (json_t) object = open_title (sealed, key);
      HS_ASSERT_INT_EQ (g_bytes_get_size (sealed), cases[i].sealed_bytes);
      HS_ASSERT (g_bytes_get_size (sealed) <= HS_SEALED_TITLE_MAX_BYTES);
      HS_ASSERT_INT_EQ (json_string_length (json_object_get (object, "title")),
                        MIN (cases[i].title_bytes, HS_ANNOUNCE_MAX_TITLE_BYTES));
    }
}

static char *
dup_link (const char *site, const char *host)
{
  g_autoptr (HsSecretBytes) key = owner_key ();
  g_autoptr (HsSecretBytes) link
      = hs_title_key_format_link (key, site, &(HsId){ { 0xaa } }, host, NULL);

  return g_strndup ((const char *)hs_secret_bytes_peek (link), hs_secret_bytes_get_length (link));
}

#define KEY "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define PERSON "&person=aa000000-0000-0000-0000-000000000000"

static void
a_link_carries_the_key_in_its_fragment (void)
{
  g_autofree char *link = dup_link ("https://print.example.org", "pc-12");
  g_autofree char *slash = dup_link ("https://print.example.org/", "pc 12&x=1#ü");
  g_autofree char *umlauts = g_strnfill (63, 'a');
  g_autofree char *host = g_strconcat (umlauts, "ü", NULL);
  g_autofree char *cut = dup_link ("https://a", host);
  g_autoptr (HsSecretBytes) wrong = hs_secret_bytes_new (16);
  g_autoptr (GError) error = NULL;

  HS_ASSERT_STR_EQ (link, "https://print.example.org/#title-key=" KEY PERSON "&host=pc-12");
  HS_ASSERT_STR_EQ (slash, "https://print.example.org/#title-key=" KEY PERSON
                           "&host=pc%2012%26x%3D1%23%C3%BC");
  HS_ASSERT (g_str_has_suffix (cut, "aaa") && !g_str_has_suffix (cut, "%BC"));
  HS_ASSERT (hs_title_key_format_link (wrong, "https://a", &(HsId){ { 1 } }, "b", &error) == NULL);
  HS_ASSERT_ERROR (error, HS_ERROR_INVALID);
}

HS_SUITE ("titles",
          { "the title key is made of the owner's key", the_title_key_is_made_of_the_owners_key },
          { "only the title key opens a title, and it names the job",
            only_the_title_key_opens_a_title_and_it_names_the_job },
          { "the length tells little and has an end", the_length_tells_little_and_has_an_end },
          { "a link carries the key in its fragment", a_link_carries_the_key_in_its_fragment })
