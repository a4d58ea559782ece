/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* One request on its way through the site. */

#include "site/server/call.h"

#include <string.h>

HsCall *
hs_call_new (const HsSiteRoute *route)
{
  HsCall *call = g_new0 (HsCall, 1);

  call->route = route;
  call->body = g_strdup ("");
  call->address = g_strdup ("");
  call->reply = g_string_new (NULL);
  call->wakes = g_hash_table_new_full (hs_id_hash, hs_id_equal_func, g_free, NULL);
  return call;
}

static void
wipe_free (char *text)
{
  if (text == NULL)
    return;
  hs_secret_bytes_wipe (text, strlen (text));
  g_free (text);
}

void
hs_call_free (HsCall *call)
{
  if (call == NULL)
    return;
  if (call->free_state != NULL)
    call->free_state (call->state);
  hs_secret_bytes_wipe (call->body, call->body_length);
  g_free (call->body);
  hs_secret_bytes_wipe (call->reply->str, call->reply->len);
  g_string_free (call->reply, TRUE);
  wipe_free (call->token);
  wipe_free (call->seat);
  wipe_free (call->set_cookie);
  g_free (call->argument);
  g_free (call->query);
  g_free (call->origin);
  g_free (call->host);
  g_free (call->nonce);
  g_free (call->held);
  g_free (call->address);
  g_free (call->serial);
  g_free (call->content_type);
  g_free (call->location);
  hs_store_session_free (call->session);
  g_hash_table_unref (call->wakes);
  g_free (call);
}

/* "+" is a space; NUL and broken escapes make the field unreadable. */
static char *
decode_field (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);

  for (char *place = copy; *place != '\0'; place++)
    if (*place == '+')
      *place = ' ';
  char *decoded = g_uri_unescape_string (copy, NULL);
  hs_secret_bytes_wipe (copy, length);
  if (decoded != NULL && !g_utf8_validate (decoded, -1, NULL))
    g_clear_pointer (&decoded, g_free);
  return decoded;
}

char **
hs_form_dup_fields (const char *form, const char *name)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  gsize name_length = strlen (name);
  const char *place = form != NULL ? form : "";

  while (*place != '\0')
    {
      gsize length = strcspn (place, "&");
      if (length > name_length && place[name_length] == '='
          && strncmp (place, name, name_length) == 0)
        {
          char *value = decode_field (place + name_length + 1, length - name_length - 1);
          if (value != NULL)
            g_ptr_array_add (values, value);
        }
      place += length;
      if (*place == '&')
        place++;
    }
  g_ptr_array_add (values, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&values), FALSE);
}

char *
hs_form_dup_field (const char *form, const char *name)
{
  char **values = hs_form_dup_fields (form, name);
  char *first = values[0];

  for (char **value = values; first != NULL && *++value != NULL;)
    wipe_free (*value);
  g_free (values);
  return first;
}

void
hs_call_reply (
    HsCall *call, guint status, const char *content_type, const char *text, gssize length)
{
  call->status = status;
  g_free (call->content_type);
  call->content_type = g_strdup (content_type);
  g_string_truncate (call->reply, 0);
  if (text != NULL)
    g_string_append_len (call->reply, text, length);
}

void
hs_call_reply_json (HsCall *call, const char *json)
{
  hs_call_reply (call, 200, "application/json", json, -1);
}

void
hs_call_reply_wiped (HsCall *call, char *json)
{
  hs_call_reply_json (call, json);
  hs_secret_bytes_wipe (json, strlen (json));
  g_free (json);
}

void
hs_call_redirect (HsCall *call, const char *location)
{
  hs_call_reply (call, 303, NULL, NULL, 0);
  g_free (call->location);
  call->location = g_strdup (location);
}

void
hs_call_wake (HsCall *call, const HsId *key)
{
  if (!hs_id_is_zero (key))
    g_hash_table_add (call->wakes, g_memdup2 (key, sizeof *key));
}
