/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The page of a tablet beside a printer. What is shown in which order is static/terminal.js; the
 * person's session lives there in memory only, so that loading the page again signs out. */

#include "site/people/page_html.h"
#include "site/server/handlers.h"
#include "site/terminals/enrolment.h"

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
  const char *const paired[] = { welcome, name, pin, list, done };
  if (!is_paired)
    g_string_append (html, pair);
  for (gsize i = 0; is_paired && i < G_N_ELEMENTS (paired); i++)
    g_string_append (html, paired[i]);
  g_string_append (html, "<noscript><p class=\"notice bad\">This page needs JavaScript. Use the "
                         "release page instead.</p></noscript>\n</main>\n</body>\n</html>\n");
  hs_call_reply (call, 200, "text/html; charset=utf-8", html->str, (gssize)html->len);
  return TRUE;
}
