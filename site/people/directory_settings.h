/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* [ldap] of site.conf: how the site asks the organisation's directory (LDAP, Active Directory).
 *
 *   uri=                ldaps://host[:port]; several with ; between them are tried in order
 *   start-tls=          true: uri is ldap:// and TLS is demanded before anything is said
 *   ca=                 PEM file of the authority that signed the server's certificate
 *   base=               where people are searched
 *   filter=             who is a person; %s is the name: (&(objectClass=person)(uid=%s))
 *   group-filter=       who may print: (memberOf=cn=print,ou=groups,dc=example,dc=org)
 *   bind-dn=            the account that searches, and
 *   bind-password-file= its password (first line; nobody else may read the file)
 *   bind-template=      instead of the two: how a person binds, uid=%s,ou=people,dc=… or %s@example.org
 *   name-attribute=     holds the name that people sign in with (uid)
 *   display-attribute=  holds the name that people see (cn)
 *
 * Files are below the data folder unless absolute. Immutable once read.
 *
 * Threads: any.  Blocks: on disk. */

#include "base/secret_bytes.h"

typedef struct
{
  char *uris; /* with spaces between them, as libldap wants them */
  gboolean start_tls;
  char *ca;
  char *base;
  char *filter;
  char *group_filter; /* nullable */
  char *bind_dn;      /* nullable: then bind_template */
  HsSecretBytes *bind_password;
  char *bind_template;
  char *name_attribute;
  char *display_attribute;
} HsDirectorySettings;

/* *settings is (transfer full), NULL without a group [ldap]. @folder: the data folder.
 * Errors: INVALID (which key, and what was expected), NOT_FOUND (a file), DENIED (the password file
 * can be read by others). */
gboolean hs_directory_settings_read (GKeyFile *file,
                                     const char *path,
                                     const char *folder,
                                     HsDirectorySettings **settings,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_directory_settings_free (HsDirectorySettings *settings);

/* Is this a key of [ldap]? */
gboolean hs_directory_settings_has (const char *group, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDirectorySettings, hs_directory_settings_free)
