/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Whom an owner lets release at a workstation: core/wire/local_delegation. */

#include "core/wire/local_delegation.h"

#include "base/error.h"
#include "support/suite.h"
#include "support/wire_cases.h"

#include <string.h>

#define ID "00112233-4455-6677-8899-aabbccddeeff"
#define OWNER "10112233-4455-6677-8899-aabbccddeeff"
#define DELEGATE "20112233-4455-6677-8899-aabbccddeeff"
#define JOB "30112233-4455-6677-8899-aabbccddeeff"

static const char one[]
    = "{\"delegate\":\"" DELEGATE "\",\"expires_us\":9,\"for_delegate\":\"YWdl\","
      "\"for_owner\":\"YWdlLQ\",\"id\":\"" ID "\",\"is_at_site\":true,"
      "\"job\":\"" JOB "\",\"owner\":\"" OWNER "\"}";

static gboolean
decode (const char *bytes, gsize length, GError **error)
{
  g_autoptr (HsLocalDelegation) delegation = hs_local_delegation_decode (bytes, length, error);

  return delegation != NULL;
}

static HsLocalDelegation *
read_one (const char *text)
{
  g_autoptr (GError) error = NULL;
  HsLocalDelegation *delegation = hs_local_delegation_decode (text, strlen (text), &error);

  HS_ASSERT_NO_ERROR (error);
  return delegation;
}

static HsId
id_of (const char *text)
{
  HsId id;

  HS_ASSERT (hs_id_parse (text, &id));
  return id;
}

static void
it_survives_and_is_strict (void)
{
  g_autoptr (HsLocalDelegation) delegation = read_one (one);
  g_autofree char *again = hs_local_delegation_encode (delegation);
  g_autofree char *long_text = g_strnfill (1400, 'A');
  g_autofree char *too_long = g_strdup_printf ("\"%s\"", long_text);

  HS_ASSERT_STR_EQ (again, one);
  HS_ASSERT_INT_EQ (g_bytes_get_size (delegation->for_owner), 4);
  HS_ASSERT (delegation->is_at_site);
  hs_wire_refuses_the_usual (one, NULL, decode);
  hs_wire_accepts_with (one, "job", "null", decode);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const ids[] = { "id", "owner", "delegate" };
      hs_wire_refuses_with (one, ids[i], "null", decode);
      hs_wire_refuses_with (one, ids[i], "\"somebody\"", decode);
    }
  hs_wire_refuses_with (one, "job", "\"all\"", decode);
  hs_wire_refuses_with (one, "expires_us", "0", decode);
  hs_wire_refuses_with (one, "is_at_site", "1", decode);
  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "for_owner" : "for_delegate";
      hs_wire_refuses_with (one, name, "null", decode);
      hs_wire_refuses_with (one, name, "\"not=base64\"", decode);
      hs_wire_refuses_with (one, name, too_long, decode);
    }
}

static void
it_covers_its_owners_job_for_its_delegate_until_its_end (void)
{
  g_autoptr (HsLocalDelegation) delegation = read_one (one);
  HsId owner = id_of (OWNER), delegate = id_of (DELEGATE), job = id_of (JOB), other = id_of (ID);
  HsId nobody = { 0 };

  HS_ASSERT (hs_local_delegation_covers (delegation, &owner, &delegate, &job, 8));
  HS_ASSERT (!hs_local_delegation_covers (delegation, &owner, &delegate, &job, 9));
  HS_ASSERT (!hs_local_delegation_covers (delegation, &owner, &delegate, &other, 8));
  HS_ASSERT (!hs_local_delegation_covers (delegation, &other, &delegate, &job, 8));
  HS_ASSERT (!hs_local_delegation_covers (delegation, &owner, &other, &job, 8));
  delegation->job = nobody;
  HS_ASSERT (hs_local_delegation_covers (delegation, &owner, &delegate, &other, 8));
  /* Who is not known is nobody, and nobody is let do anything. */
  delegation->delegate = nobody;
  HS_ASSERT (!hs_local_delegation_covers (delegation, &owner, &nobody, &job, 8));
  delegation->delegate = delegate;
  delegation->owner = nobody;
  HS_ASSERT (!hs_local_delegation_covers (delegation, &nobody, &delegate, &job, 8));
}

HS_SUITE ("local_delegation",
          { "a remembered delegation survives, and is strict", it_survives_and_is_strict },
          { "it covers its owner's job for its delegate until its end",
            it_covers_its_owners_job_for_its_delegate_until_its_end })
