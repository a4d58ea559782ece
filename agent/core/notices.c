/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The small records. */

#include "core/notices.h"

static const char *const power_keywords[] = { "awake", "asleep", "down", NULL };
static const char *const agent_keywords[] = { "started", "rolled-back", "secret-lost", NULL };

const char *
hs_power_notice_to_keyword (HsPowerNotice power)
{
  return power == HS_POWER_NONE ? NULL : power_keywords[power - HS_POWER_AWAKE];
}

const char *
hs_agent_notice_to_keyword (HsAgentNotice agent)
{
  return agent == HS_AGENT_NONE ? NULL : agent_keywords[agent - HS_AGENT_STARTED];
}

json_t *
hs_erased_notice_encode (const HsId *job)
{
  json_t *body = json_object ();

  hs_json_set_id (body, "job", job);
  return body;
}

json_t *
hs_power_notice_encode (HsPowerNotice power)
{
  json_t *body = json_object ();

  hs_json_set_lines (body, "power", hs_power_notice_to_keyword (power));
  return body;
}

json_t *
hs_agent_notice_encode (HsAgentNotice agent, const char *version)
{
  json_t *body = json_object ();

  hs_json_set_lines (body, "agent", hs_agent_notice_to_keyword (agent));
  hs_json_set_text (body, "version", version, HS_NOTICE_MAX_VERSION_BYTES);
  return body;
}

json_t *
hs_claim_notice_encode (const HsId *job, const HsId *identity)
{
  json_t *body = json_object ();

  hs_json_set_id (body, "job", job);
  hs_json_set_id (body, "identity", identity);
  return body;
}

gboolean
hs_erased_notice_decode (const json_t *body, HsId *job, GError **error)
{
  static const char *const members[] = { "job", NULL };

  return hs_json_check_members ("erase notice", body, members, error)
         && hs_json_get_id (body, "job", job, error);
}

gboolean
hs_power_notice_decode (const json_t *body, HsPowerNotice *power, GError **error)
{
  static const char *const members[] = { "power", NULL };
  int keyword;

  if (!hs_json_check_members ("power notice", body, members, error)
      || !hs_json_get_keyword (body, "power", power_keywords, &keyword, error))
    return FALSE;
  *power = (HsPowerNotice)(HS_POWER_AWAKE + keyword);
  return TRUE;
}

gboolean
hs_agent_notice_decode (const json_t *body, HsAgentNotice *agent, char **version, GError **error)
{
  static const char *const members[] = { "agent", "version", NULL };
  int keyword;

  if (!hs_json_check_members ("agent notice", body, members, error)
      || !hs_json_get_keyword (body, "agent", agent_keywords, &keyword, error)
      || !hs_json_get_text (body, "version", HS_NOTICE_MAX_VERSION_BYTES, version, error))
    return FALSE;
  *agent = (HsAgentNotice)(HS_AGENT_STARTED + keyword);
  return TRUE;
}

gboolean
hs_claim_notice_decode (const json_t *body, HsId *job, HsId *identity, GError **error)
{
  static const char *const members[] = { "job", "identity", NULL };

  return hs_json_check_members ("claim", body, members, error)
         && hs_json_get_id (body, "job", job, error)
         && hs_json_get_id (body, "identity", identity, error);
}
