/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The page of a tablet beside a printer. What is shown in which order is static/terminal.js; the
 * person's session lives there in memory only, so that loading the page again signs out. */

#include "site/terminals/page.h"

#include "site/people/page_html.h"
#include "site/server/handlers.h"
#include "site/terminals/enrolment.h"

#define COOKIE "__Host-homespool-terminal"

static const char head[]
    = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<link rel=\"icon\" href=\"/static/homespool.svg\" type=\"image/svg+xml\">\n"
      "<link rel=\"stylesheet\" href=\"/static/release.css\">\n"
      "<link rel=\"stylesheet\" href=\"/static/terminal.css\">\n"
      "<script src=\"/static/terminal.js\" defer></script>\n"
      "<title>Print here – Homespool</title>\n</head>\n";

static const char pair[]
    = "<section id=\"pair\"><h1>Pair this tablet</h1>\n"
      "<p class=\"lead\">Type the code that opened the certificate's file. It is used once.</p>\n"
      "<form id=\"pair-form\"><label for=\"code\">Code</label>\n"
      "<input id=\"code\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" "
      "maxlength=\"64\" autofocus required>\n"
      "<button class=\"primary big\" type=\"submit\">Pair</button></form></section>\n";

static const char welcome[]
    = "<section id=\"welcome\"><svg class=\"badge\" viewBox=\"0 0 96 64\" aria-hidden=\"true\">"
      "<rect x=\"4\" y=\"8\" width=\"60\" height=\"44\" rx=\"6\"/><path d=\"M14 40h24M14 32h14\"/>"
      "<path d=\"M72 20a20 20 0 0 1 0 24M80 12a32 32 0 0 1 0 40\"/></svg>\n"
      "<h1>Hold your card to the reader</h1>\n"
      "<form id=\"card-form\"><input id=\"card\" aria-label=\"Card number\" autocomplete=\"off\" "
      "inputmode=\"none\" spellcheck=\"false\" maxlength=\"64\" autofocus></form>\n"
      "<button class=\"plain big\" type=\"button\" id=\"by-name\">Use your name instead</button>"
      "</section>\n";

static const char name[]
    = "<section id=\"name\" hidden><h1>Your user name</h1>\n"
      "<form id=\"name-form\"><input id=\"user\" aria-label=\"User name\" autocomplete=\"off\" "
      "autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"256\" required>\n"
      "<button class=\"primary big\" type=\"submit\">Next</button></form>\n"
      "<button class=\"plain big back\" type=\"button\">Back</button></section>\n";

/* The keys are made by the script; a PIN is in no field that a browser could remember. */
static const char pin[]
    = "<section id=\"pin\" hidden><h1>Your PIN</h1>\n"
      "<div class=\"dots\" id=\"dots\" role=\"status\" aria-label=\"0 digits\"></div>\n"
      "<div class=\"pad\" id=\"pad\"></div>\n"
      "<button class=\"plain big back\" type=\"button\">Back</button></section>\n";

static const char list[]
    = "<section id=\"list\" hidden><div class=\"who\"><h1 id=\"person\"></h1>"
      "<button class=\"plain big\" type=\"button\" id=\"sign-out\">Sign out</button></div>\n"
      "<ul class=\"papers\" id=\"papers\"></ul>\n"
      "<p class=\"lead\" id=\"nothing\" hidden>Nothing is waiting for you.</p>\n"
      "<div class=\"orders\"><button class=\"primary big\" type=\"button\" id=\"print\"></button>"
      "<button class=\"plain big\" type=\"button\" id=\"delete\" "
      "hidden></button></div></section>\n";

static const char done[]
    = "<section id=\"done\" hidden><svg class=\"badge\" viewBox=\"0 0 64 64\" aria-hidden=\"true\">"
      "<path d=\"M18 8h20l10 10v38H18z\"/><path d=\"M38 8v10h10M25 34l6 6 10-12\"/></svg>\n"
      "<h1 id=\"outcome\" role=\"status\"></h1>"
      "<p class=\"lead\">You are signed out.</p></section>\n";

/* What comes out of a renewal, for an administrator; the script fills it. */
static const char renewed[]
    = "<section id=\"renewed\" hidden><h1>The new certificate</h1>\n"
      "<ol><li>Its file, <strong>tablet.p12</strong>, was saved on this tablet.</li>"
      "<li>Import it in the browser's settings, with this code: "
      "<code id=\"renewed-code\"></code></li>"
      "<li>Close the browser, open this page again and choose the newer certificate. Until then "
      "the "
      "one before it holds.</li><li>Delete the file.</li></ol>\n"
      "<button class=\"plain big back\" type=\"button\">Done</button></section>\n";

void
hs_terminal_set_cookie (HsSite *site, HsCall *call, const char *token)
{
  gint64 life_us = site->config->terminal_days * G_TIME_SPAN_DAY;

  call->set_cookie
      = g_strdup_printf (COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", token,
                         (int)(life_us / G_TIME_SPAN_SECOND));
}

static void
write_reminder (GString *html, const HsStoreTerminal *terminal)
{
  g_autoptr (GDateTime) end
      = g_date_time_new_from_unix_utc (terminal->not_after_us / G_USEC_PER_SEC);
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%-d %B %Y") : NULL;

  hs_html_format (html,
                  "<p class=\"notice\" id=\"ending\">This tablet's certificate ends on %s. An "
                  "administrator renews it here: <button class=\"plain\" type=\"button\" "
                  "id=\"renew\">Renew</button></p>\n",
                  day != NULL ? day : "its last day");
}

/* The cookie lives as long as the certificate, but browsers keep none for more than 400 days: so each
 * look at the page gives it anew. */
static void
write_paired (GString *html, HsSite *site, HsCall *call, const HsStoreTerminal *terminal)
{
  const char *const parts[] = { welcome, name, pin, list, done, renewed };

  hs_terminal_set_cookie (site, call, call->token);
  if (call->now_us >= hs_terminal_get_reminder_us (site, terminal))
    write_reminder (html, terminal);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_string_append (html, parts[i]);
}

gboolean
hs_handle_terminal_page (HsSite *site, HsCall *call, GError **error)
{
  g_autoptr (HsStoreTerminal) terminal
      = hs_store_get_terminal (site->store, &call->terminal, error);
  g_autoptr (HsStorePrinter) printer
      = terminal != NULL ? hs_store_get_printer (site->store, &terminal->printer, error) : NULL;
  g_autoptr (GString) html = g_string_new (head);

  if (printer == NULL)
    return FALSE;
  gboolean is_paired = hs_terminal_has_token (terminal, call->token);
  gboolean is_card_only = terminal->is_card_only || site->config->terminals_card_only;
  hs_html_format (html,
                  "<body class=\"terminal\" data-card-only=\"%s\">\n"
                  "<header class=\"bar\"><strong>%s</strong><span class=\"organisation\">%s</span>"
                  "<span class=\"left\" id=\"left\"></span></header>\n<main>\n"
                  "<p class=\"notice empty\" role=\"alert\" id=\"message\"></p>\n",
                  is_card_only ? "true" : "false", printer->name,
                  printer->location != NULL ? printer->location : "");
  if (is_paired)
    write_paired (html, site, call, terminal);
  else
    g_string_append (html, pair);
  g_string_append (html, "<noscript><p class=\"notice bad\">This page needs JavaScript. Use the "
                         "release page instead.</p></noscript>\n</main>\n</body>\n</html>\n");
  hs_call_reply (call, 200, "text/html; charset=utf-8", html->str, (gssize)html->len);
  return TRUE;
}
