/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */
#pragma once

/* The organisation's directory, asked over TLS: is this the password, is this person still there?
 *
 * The certificate is always checked, with the server's name; there is no switch. An empty password is
 * never sent: a directory would answer "success" to what it takes for an anonymous bind. Referrals
 * are not followed. What is typed is escaped wherever it goes.
 *
 * Threads: any; each call has a connection of its own.  Blocks: on the network, for
 * at most HS_DIRECTORY_TIMEOUT_S at each address and three times that in all; never on the main loop or the store lane. */

#include "site/people/directory_settings.h"

#define HS_DIRECTORY_TIMEOUT_S 5 /* ours: a person stands waiting */

typedef struct
{
  char *name;         /* as the directory writes it */
  char *display_name; /* as people see it */
} HsDirectoryPerson;

/* Before the first call, and before there are threads: libldap must not take settings from the
 * environment or a home folder, which could turn certificate checks off. */
void hs_directory_prepare (void);

/* Asks for @name. With a @password: whether it is right. NULL: only whether there is such a person,
 * which needs bind-dn. *person is (transfer full) (nullable): NULL for no, whatever the reason (no
 * such person, not in the group, wrong password).
 * Errors: TEMPORARY (cannot be reached, certificate, the site's own account is refused),
 * REFUSED (without password, and there is no bind-dn). */
gboolean hs_directory_ask (const HsDirectorySettings *settings,
                           const char *name,
                           const HsSecretBytes *password,
                           HsDirectoryPerson **person,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hs_directory_person_free (HsDirectoryPerson *person);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDirectoryPerson, hs_directory_person_free)
