/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The directory through libldap: the only file that includes it. */

#define HS_LOG_AREA "directory"

#include "site/people/directory.h"

#include "base/error.h"
#include "base/log.h"
#include "core/identity.h"
#include "platform/connection_limit.h"

#include <ldap.h>
#include <string.h>

#define CONVERSATION_MS (3 * HS_DIRECTORY_TIMEOUT_S * 1000)
#define TLS_1_2 ((3 << 8) | 3) /* ldap_set_option(3), LDAP_OPT_X_TLS_PROTOCOL_MIN */

/* One conversation. libldap 2.5 on GnuTLS waits for a TLS handshake without end, whatever its own
 * limits say, so the socket gets one. */
typedef struct
{
  LDAP *ldap;
  struct ldap_conncb callback;
  HsConnectionLimit *limit;
} Connection;

static void
close_connection (Connection *connection)
{
  if (connection->ldap != NULL)
    ldap_unbind_ext_s (connection->ldap, NULL, NULL);
  hs_connection_limit_free (connection->limit);
  g_free (connection);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Connection, close_connection)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LDAPMessage, ldap_msgfree)

void
hs_directory_prepare (void)
{
  g_setenv ("LDAPNOINIT", "1", TRUE); /* ldap.conf(5) */
}

/* What people read, and in the log what administrators need; neither has a name. */
static gboolean
fail (Connection *connection, const char *what, int code, GError **error)
{
  char *detail = NULL;

  if (connection != NULL)
    ldap_get_option (connection->ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &detail);
  hs_log_warning ("%s: %s%s%s", what, ldap_err2string (code),
                  detail != NULL && *detail != '\0' ? ": " : "", detail != NULL ? detail : "");
  ldap_memfree (detail);
  g_set_error (error, HS_ERROR, HS_ERROR_TEMPORARY,
               "the organisation's directory cannot be asked at the moment; try again in a few "
               "minutes, or tell an administrator (the site's log says why)");
  return FALSE;
}

/* ── what is typed ───────────────────────────────────────────────────────────────────────── */

/* RFC 4515 section 3: everything but letters and digits as \xx, so that nothing has to be known about
 * which characters are special. */
static char *
dup_filter_value (const char *name)
{
  GString *text = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    if (g_ascii_isalnum (*at))
      g_string_append_c (text, *at);
    else
      g_string_append_printf (text, "\\%02x", (guint8)*at);
  return g_string_free (text, FALSE);
}

/* Puts @value in the place of the one %s. */
static char *
dup_filled (const char *pattern, const char *value)
{
  const char *place = strstr (pattern, "%s");

  return g_strdup_printf ("%.*s%s%s", (int)(place - pattern), pattern, value, place + 2);
}

/* RFC 4514 section 2.4 lets every byte be written as \xx in a DN too. What is no DN takes names
 * without anything that could end or change it; NULL for others. */
static char *
dup_bind_name (const char *pattern, const char *name)
{
  g_autofree char *value = NULL;

  if (strchr (pattern, '=') != NULL)
    value = dup_filter_value (name);
  else
    {
      for (const char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum (*at) && strchr ("._-", *at) == NULL)
          return NULL;
      value = g_strdup (name);
    }
  return dup_filled (pattern, value);
}

/* ── the connection ──────────────────────────────────────────────────────────────────────── */

static int
on_connected (LDAP *ldap,
              Sockbuf *socket,
              LDAPURLDesc *server,
              struct sockaddr *address,
              struct ldap_conncb *callback)
{
  Connection *connection = callback->lc_arg;
  int fd = -1;

  hs_connection_limit_free (connection->limit); /* of the address before, which did not answer */
  ber_sockbuf_ctrl (socket, LBER_SB_OPT_GET_FD, &fd);
  connection->limit = hs_connection_limit_new (fd, CONVERSATION_MS);
  return connection->limit != NULL ? 0 : -1;
}

static void
on_disconnected (LDAP *ldap, Sockbuf *socket, struct ldap_conncb *callback)
{
}

static gboolean
set_options (Connection *connection, const HsDirectorySettings *settings)
{
  const int version = LDAP_VERSION3;
  const int demand = LDAP_OPT_X_TLS_DEMAND;
  const int tls = TLS_1_2;
  const int server = 0;
  const struct timeval limit = { .tv_sec = HS_DIRECTORY_TIMEOUT_S };
  const struct
  {
    int name;
    const void *value;
  } options[] = {
    { LDAP_OPT_PROTOCOL_VERSION, &version },
    { LDAP_OPT_REFERRALS, LDAP_OPT_OFF },
    { LDAP_OPT_RESTART, LDAP_OPT_OFF },
    { LDAP_OPT_NETWORK_TIMEOUT, &limit },
    { LDAP_OPT_TIMEOUT, &limit },
    { LDAP_OPT_CONNECT_CB, &connection->callback },
    { LDAP_OPT_X_TLS_CACERTFILE, settings->ca },
    { LDAP_OPT_X_TLS_REQUIRE_CERT, &demand },
    { LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls },
    { LDAP_OPT_X_TLS_NEWCTX, &server }, /* last: it makes the context of what was set before */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (ldap_set_option (connection->ldap, options[i].name, options[i].value) != LDAP_OPT_SUCCESS)
      return FALSE;
  return TRUE;
}

static Connection *
open_connection (const HsDirectorySettings *settings, GError **error)
{
  g_autoptr (Connection) connection = g_new0 (Connection, 1);
  int code = ldap_initialize (&connection->ldap, settings->uris);

  connection->callback = (struct ldap_conncb){ .lc_add = on_connected,
                                               .lc_del = on_disconnected,
                                               .lc_arg = connection };
  if (code != LDAP_SUCCESS)
    {
      fail (NULL, "the directory's address cannot be used", code, error);
      return NULL;
    }
  if (!set_options (connection, settings))
    {
      fail (connection, "the directory's certificate authority cannot be used", LDAP_LOCAL_ERROR,
            error);
      return NULL;
    }
  if (settings->start_tls
      && (code = ldap_start_tls_s (connection->ldap, NULL, NULL)) != LDAP_SUCCESS)
    {
      fail (connection, "the directory gives no TLS", code, error);
      return NULL;
    }
  return g_steal_pointer (&connection);
}

/* Answers that mean "not with this name and password", by whatever server: RFC 4511 appendix A. */
static gboolean
is_no (int code)
{
  return code == LDAP_INVALID_CREDENTIALS || code == LDAP_INAPPROPRIATE_AUTH
         || code == LDAP_NO_SUCH_OBJECT || code == LDAP_INVALID_DN_SYNTAX
         || code == LDAP_CONSTRAINT_VIOLATION || code == LDAP_UNWILLING_TO_PERFORM
         || code == LDAP_INSUFFICIENT_ACCESS;
}

static int
bind_as (Connection *connection, const char *name, const HsSecretBytes *password)
{
  struct berval credentials = { .bv_len = hs_secret_bytes_get_length (password),
                                .bv_val = (char *)(gpointer)hs_secret_bytes_peek (password) };

  /* RFC 4513 section 5.1.2: a name without a password binds as nobody, and succeeds. */
  if (credentials.bv_len == 0 || *name == '\0')
    return LDAP_INVALID_CREDENTIALS;
  return ldap_sasl_bind_s (connection->ldap, name, LDAP_SASL_SIMPLE, &credentials, NULL, NULL,
                           NULL);
}

/* ── the person ──────────────────────────────────────────────────────────────────────────── */

static char *
dup_value (Connection *connection, LDAPMessage *entry, const char *attribute)
{
  struct berval **values = ldap_get_values_len (connection->ldap, entry, attribute);
  char *text = values != NULL && values[0] != NULL
                   ? g_strndup (values[0]->bv_val, values[0]->bv_len)
                   : NULL;

  ldap_value_free_len (values);
  if (text != NULL && g_utf8_validate (text, -1, NULL))
    return text;
  g_free (text);
  return NULL;
}

/* The name has to be the typed one but for its case: a directory compares without, we do not, and
 * one person must not become two. */
static HsDirectoryPerson *
read_person (const HsDirectorySettings *settings,
             Connection *connection,
             LDAPMessage *entry,
             const char *typed)
{
  g_autoptr (HsDirectoryPerson) person = g_new0 (HsDirectoryPerson, 1);
  g_autofree char *wanted = g_utf8_casefold (typed, -1);

  person->name = dup_value (connection, entry, settings->name_attribute);
  person->display_name = dup_value (connection, entry, settings->display_attribute);
  g_autofree char *found = person->name != NULL ? g_utf8_casefold (person->name, -1) : NULL;
  if (g_strcmp0 (found, wanted) != 0)
    {
      hs_log_warning ("the directory found an entry whose %s is not the name that was typed; "
                      "filter has to search by it",
                      settings->name_attribute);
      return NULL;
    }
  /* What our wire would not take would keep the person from signing in at a workstation. */
  if (!hs_identity_is_name (person->display_name))
    {
      g_free (person->display_name);
      person->display_name = g_strdup (person->name);
    }
  return g_steal_pointer (&person);
}

/* *person and *dn are (transfer full) (nullable). */
static gboolean
search (const HsDirectorySettings *settings,
        Connection *connection,
        const char *name,
        HsDirectoryPerson **person,
        char **dn,
        GError **error)
{
  char *attributes[] = { settings->name_attribute, settings->display_attribute, NULL };
  struct timeval limit = { .tv_sec = HS_DIRECTORY_TIMEOUT_S };
  g_autofree char *value = dup_filter_value (name);
  g_autofree char *who = dup_filled (settings->filter, value);
  g_autofree char *filter = settings->group_filter != NULL
                                ? g_strdup_printf ("(&%s%s)", who, settings->group_filter)
                                : g_strdup (who);
  LDAPMessage *raw = NULL;
  int code = ldap_search_ext_s (connection->ldap, settings->base, LDAP_SCOPE_SUBTREE, filter,
                                attributes, 0, NULL, NULL, &limit, 2, &raw);
  g_autoptr (LDAPMessage) found = raw;
  LDAPMessage *entry = NULL;

  if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED && !is_no (code))
    return fail (connection, "the directory cannot be searched", code, error);
  if (code == LDAP_SIZELIMIT_EXCEEDED || ldap_count_entries (connection->ldap, found) > 1)
    hs_log_warning (
        "the directory has more than one entry for a name; filter and base have to find "
        "one");
  else if (code == LDAP_SUCCESS)
    entry = ldap_first_entry (connection->ldap, found);
  if (entry != NULL && (*person = read_person (settings, connection, entry, name)) != NULL)
    {
      char *text = ldap_get_dn (connection->ldap, entry);
      *dn = g_strdup (text);
      ldap_memfree (text);
    }
  return TRUE;
}

/* bind-dn: our own account finds the entry, then the person binds with its DN. */
static gboolean
ask_by_search (const HsDirectorySettings *settings,
               const char *name,
               const HsSecretBytes *password,
               HsDirectoryPerson **person,
               GError **error)
{
  g_autoptr (Connection) connection = open_connection (settings, error);
  g_autoptr (HsDirectoryPerson) found = NULL;
  g_autofree char *dn = NULL;

  if (connection == NULL)
    return FALSE;
  int code = bind_as (connection, settings->bind_dn, settings->bind_password);
  if (code != LDAP_SUCCESS)
    return fail (connection, "the directory does not take the site's own account", code, error);
  if (!search (settings, connection, name, &found, &dn, error))
    return FALSE;
  if (found == NULL || dn == NULL)
    return TRUE;
  if (password != NULL && (code = bind_as (connection, dn, password)) != LDAP_SUCCESS)
    return is_no (code) || fail (connection, "the directory cannot check a password", code, error);
  *person = g_steal_pointer (&found);
  return TRUE;
}

/* bind-template: the person binds and finds the own entry. */
static gboolean
ask_by_template (const HsDirectorySettings *settings,
                 const char *name,
                 const HsSecretBytes *password,
                 HsDirectoryPerson **person,
                 GError **error)
{
  g_autoptr (Connection) connection = NULL;
  g_autofree char *bind_name = dup_bind_name (settings->bind_template, name);
  g_autofree char *dn = NULL;

  if (password == NULL)
    {
      g_set_error (error, HS_ERROR, HS_ERROR_REFUSED,
                   "PINs and cards of people of the directory need bind-dn in site.conf; sign in "
                   "with your password");
      return FALSE;
    }
  if (bind_name == NULL)
    return TRUE;
  connection = open_connection (settings, error);
  if (connection == NULL)
    return FALSE;
  int code = bind_as (connection, bind_name, password);
  if (code == LDAP_SUCCESS)
    return search (settings, connection, name, person, &dn, error);
  return is_no (code) || fail (connection, "the directory cannot check a password", code, error);
}

gboolean
hs_directory_ask (const HsDirectorySettings *settings,
                  const char *name,
                  const HsSecretBytes *password,
                  HsDirectoryPerson **person,
                  GError **error)
{
  *person = NULL;
  if (password != NULL && hs_secret_bytes_get_length (password) == 0)
    return TRUE;
  return settings->bind_dn != NULL ? ask_by_search (settings, name, password, person, error)
                                   : ask_by_template (settings, name, password, person, error);
}

void
hs_directory_person_free (HsDirectoryPerson *person)
{
  if (person == NULL)
    return;
  g_free (person->name);
  g_free (person->display_name);
  g_free (person);
}
