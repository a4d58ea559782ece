/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* The frame of the release page: head, top bar, sign-in form, printer choice, error page. The list
 * of documents is in page_list.c. */

#include "site/people/page.h"

#include "site/people/page_delegations.h"
#include "site/people/page_html.h"

#include <gio/gio.h>
#include <string.h>

static const char head[]
    = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"theme-color\" content=\"#f4f6f8\" media=\"(prefers-color-scheme: light)\">\n"
      "<meta name=\"theme-color\" content=\"#12161b\" media=\"(prefers-color-scheme: dark)\">\n"
      "<link rel=\"icon\" href=\"/static/homespool.svg\" type=\"image/svg+xml\">\n"
      "<link rel=\"stylesheet\" href=\"/static/release.css\">\n";

static const char scripts[] = "<script src=\"/static/titles.js\" defer></script>\n"
                              "<script src=\"/static/release.js\" defer></script>\n";
static const char age_script[] = "<script src=\"/static/age.js\" defer></script>\n";

/* Hidden until titles.js has something to say; without scripts it stays so. */
static const char titles_parts[]
    = "<div class=\"card offer\" id=\"titles-offer\" hidden>"
      "<p>Read the titles of your documents on <strong id=\"titles-host\"></strong> in this "
      "browser?</p><div class=\"choices\">"
      "<button class=\"plain\" type=\"button\" id=\"titles-remember\">Remember in this "
      "browser</button>"
      "<button class=\"plain\" type=\"button\" id=\"titles-session\">Until I sign out</button>"
      "<button class=\"plain\" type=\"button\" id=\"titles-decline\">No</button></div>"
      "<p class=\"quiet\">Remember them only in a browser of your own. Nobody can open a document "
      "with this, and the site does not learn the titles.</p></div>\n"
      "<p class=\"notice bad\" role=\"alert\" id=\"titles-trouble\" hidden></p>\n"
      "<p class=\"quiet\" id=\"titles-hint\" hidden>Titles are sealed. To read them here, run "
      "<code>homespool pair</code> on your workstation and open its link in this browser.</p>\n"
      "<p class=\"quiet\" id=\"titles-unbuilt\" hidden>Titles are sealed, and this site was built "
      "without the part that opens them in a browser. Everything else works.</p>\n"
      "<p class=\"quiet\" id=\"titles-unable\" hidden>Titles are sealed, and this browser cannot "
      "open them. Load the page again; if that does not help, use a newer browser. Everything else "
      "works.</p>\n";

static const char titles_paired[]
    = "<div class=\"quiet paired\" id=\"titles-paired\" hidden><span>Titles from "
      "<span id=\"titles-hosts\"></span> can be read in this browser.</span>"
      "<label><input type=\"checkbox\" id=\"titles-keep\"> Remember after signing out</label>"
      "<button class=\"plain\" type=\"button\" id=\"titles-forget\">Forget in this browser"
      "</button><p id=\"titles-older\" hidden>This browser is an older one (it does not know "
      "X25519): "
      "it keeps the key of the titles where this page could read it. A newer browser locks it "
      "in.</p></div>\n";

static const char mark[]
    = "<svg class=\"mark\" viewBox=\"0 0 32 32\" aria-hidden=\"true\" focusable=\"false\">"
      "<path class=\"mark-roof\" d=\"M3.5 15.5 16 4.5l12.5 11\"/>"
      "<path class=\"mark-paper\" d=\"M9 14v13h14V14\"/>"
      "<path class=\"mark-lines\" d=\"M12.5 18h7M12.5 22h7\"/></svg>";

static void
open_page (GString *html, const char *title, const char *organisation)
{
  g_string_append (html, head);
  hs_html_format (html, "<title>%s</title>\n", title);
  if (g_resources_get_info ("/site/age.js", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL))
    g_string_append (html, age_script);
  g_string_append (html, scripts);
  g_string_append (html, "</head>\n<body>\n<header class=\"bar\"><a class=\"brand\" href=\"/\">");
  g_string_append (html, mark);
  g_string_append (html, "<span>Homespool</span></a>");
  if (organisation != NULL)
    hs_html_format (html, "<span class=\"organisation\">%s</span>", organisation);
}

static void
close_page (GString *html)
{
  g_string_append (html, "</main>\n</body>\n</html>\n");
}

static const char *
get_organisation (HsSite *site)
{
  const HsBundle *bundle = hs_site_get_bundle (site, NULL);

  return bundle != NULL ? bundle->organisation_name : NULL;
}

static void
reply_html (HsCall *call, guint status, GString *html)
{
  hs_call_reply (call, status, "text/html; charset=utf-8", html->str, (gssize)html->len);
}

/* ── sign-in ─────────────────────────────────────────────────────────────────────────────── */

gboolean
hs_page_reply_sign_in (
    HsSite *site, HsCall *call, guint status, const HsPageSignIn *view, GError **error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  char uuid[HS_ID_TEXT_BYTES];

  open_page (html, "Sign in – Homespool", get_organisation (site));
  g_string_append (html, "</header>\n<main class=\"narrow\">\n<h1>Print your documents</h1>\n");
  if (view->printer != NULL)
    hs_html_format (html, "<p class=\"lead\">Sign in to print at <strong>%s</strong>.</p>\n",
                    view->printer->name);
  else
    g_string_append (html, "<p class=\"lead\">Sign in to see what is waiting for you.</p>\n");
  if (view->message != NULL)
    hs_html_format (html, "<p class=\"notice bad\" role=\"alert\" id=\"message\">%s</p>\n",
                    view->message);
  g_string_append (html, "<form class=\"card\" method=\"post\" action=\"/sign-in\">\n");
  if (view->printer != NULL)
    hs_html_format (html, "<input type=\"hidden\" name=\"printer\" value=\"%s\">\n",
                    hs_id_format (&view->printer->uuid, uuid));
  hs_html_format (html,
                  "<label for=\"user\">User name</label>\n"
                  "<input id=\"user\" name=\"user\" value=\"%s\" autocomplete=\"username\" "
                  "autocapitalize=\"none\" spellcheck=\"false\" required maxlength=\"256\"%s>\n",
                  view->name != NULL ? view->name : "", "");
  g_string_append (html, "<label for=\"password\">Password</label>\n"
                         "<input id=\"password\" name=\"password\" type=\"password\" "
                         "autocomplete=\"current-password\" required maxlength=\"1024\">\n"
                         "<button class=\"primary\" type=\"submit\">Sign in</button>\n</form>\n"
                         "<p class=\"quiet\">Your documents stay on your own workstation until you "
                         "release them here.</p>\n");
  close_page (html);
  reply_html (call, status, html);
  return TRUE;
}

/* ── documents ───────────────────────────────────────────────────────────────────────────── */

static void
add_fixed_printer (GString *html, const HsStorePrinter *printer)
{
  char uuid[HS_ID_TEXT_BYTES];

  hs_html_format (html,
                  "<div class=\"card printer\"><input type=\"hidden\" name=\"printer\" "
                  "value=\"%s\"><p class=\"label\">You are at</p><p class=\"printer-name\">%s</p>",
                  hs_id_format (&printer->uuid, uuid), printer->name);
  if (printer->location != NULL)
    hs_html_format (html, "<p class=\"quiet\">%s</p>", printer->location);
  g_string_append (html, "<p><a href=\"/\">Choose another printer</a></p></div>\n");
}

static void
add_printer_choice (GString *html, const GPtrArray *printers, const HsId *last)
{
  char uuid[HS_ID_TEXT_BYTES];

  g_string_append (html, "<div class=\"card printer\"><label for=\"printer\">Printer</label>\n"
                         "<select id=\"printer\" name=\"printer\" required>\n");
  if (hs_id_is_zero (last))
    g_string_append (html, "<option value=\"\" selected>Choose a printer…</option>\n");
  for (guint i = 0; i < printers->len; i++)
    {
      const HsStorePrinter *printer = g_ptr_array_index (printers, i);
      hs_html_format (html, "<option value=\"%s\"%s>%s%s%s</option>\n",
                      hs_id_format (&printer->uuid, uuid),
                      hs_id_equal (&printer->uuid, last) ? " selected" : "", printer->name,
                      printer->location != NULL ? ", " : "",
                      printer->location != NULL ? printer->location : "");
    }
  g_string_append (html, "</select></div>\n");
}

static gboolean
add_printer (
    HsSite *site, const HsCall *call, const HsStorePrinter *fixed, GString *html, GError **error)
{
  HsId last = { { 0 } };
  g_autoptr (HsStorePrinter) known = NULL;

  if (fixed != NULL)
    {
      add_fixed_printer (html, fixed);
      return TRUE;
    }
  g_autoptr (GPtrArray) printers = hs_store_list_printers (site->store, error);
  if (printers == NULL
      || !hs_store_find_last_printer (site->store, &call->session->identity, &last, error))
    return FALSE;
  known = hs_store_get_printer (site->store, &last, NULL);
  if (known == NULL)
    last = (HsId){ { 0 } };
  if (printers->len == 0)
    g_string_append (html, "<p class=\"notice\">No printers are listed yet. An administrator adds "
                           "them with homespool-site printer add.</p>\n");
  else
    add_printer_choice (html, printers, &last);
  return TRUE;
}

static void
add_person (GString *html, const HsStoreUser *user, const HsStoreSession *session)
{
  hs_html_format (html,
                  "<form class=\"person\" method=\"post\" action=\"/sign-out\">"
                  "<input type=\"hidden\" name=\"csrf\" value=\"%s\"><span>%s</span>"
                  "<button class=\"plain\" type=\"submit\">Sign out</button></form></header>\n",
                  session->csrf, user->display_name);
}

static void
add_actions (GString *html)
{
  g_string_append (
      html, "<div class=\"actions\"><div class=\"actions-inner\">\n"
            "<button class=\"primary\" id=\"release\" type=\"submit\">Print selected</button>\n"
            "<details id=\"delete\"><summary>Delete…</summary>\n"
            "<div class=\"sheet\"><p>Delete the selected documents from your workstation? This "
            "cannot be undone.</p>"
            "<button class=\"danger\" type=\"submit\" formaction=\"/delete\" formnovalidate>"
            "Delete selected</button></div></details>\n</div></div>\n");
}

static void
add_titles (GString *html, const HsId *person)
{
  char uuid[HS_ID_TEXT_BYTES];

  hs_html_format (html, "<section class=\"titles\" id=\"titles\" data-person=\"%s\" hidden>\n",
                  hs_id_format (person, uuid));
  g_string_append (html, titles_parts);
  g_string_append (html, "</section>\n");
}

gboolean
hs_page_reply_jobs (HsSite *site, HsCall *call, const HsStorePrinter *printer, GError **error)
{
  HsStoreSession *session = call->session;
  g_autoptr (HsStoreUser) user = hs_store_get_user (site->store, &session->identity, error);
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *digest = NULL;
  g_autofree char *list = NULL;

  if (user == NULL)
    return FALSE;
  list = hs_page_render_list (site, &session->identity, call->now_us, &digest, error);
  if (list == NULL)
    return FALSE;
  open_page (html, "Your documents – Homespool", get_organisation (site));
  add_person (html, user, session);
  g_string_append (html, "<main>\n<h1>Your documents</h1>\n");
  hs_html_format (html, "<p class=\"notice%s\" role=\"status\" id=\"message\">%s</p>\n",
                  session->flash != NULL ? "" : " empty",
                  session->flash != NULL ? session->flash : "");
  add_titles (html, &session->identity);
  hs_html_format (html,
                  "<form method=\"post\" action=\"/release\" id=\"documents\">\n"
                  "<input type=\"hidden\" name=\"csrf\" value=\"%s\">\n",
                  session->csrf);
  if (printer != NULL)
    g_string_append (html, "<input type=\"hidden\" name=\"here\" value=\"1\">\n");
  if (!add_printer (site, call, printer, html, error)
      || (session->flash != NULL
          && !hs_store_set_flash (site->store, session->digest, NULL, error)))
    return FALSE;
  hs_html_format (html, "<div id=\"list\" data-digest=\"%s\">\n", digest);
  g_string_append (html, list);
  g_string_append (html, "</div>\n");
  add_actions (html);
  g_string_append (html, "</form>\n");
  g_string_append (html, titles_paired);
  if (printer == NULL && !hs_page_add_delegations (site, call, html, error))
    return FALSE;
  close_page (html);
  reply_html (call, 200, html);
  return TRUE;
}

/* ── errors ──────────────────────────────────────────────────────────────────────────────── */

char *
hs_page_render_error (guint status, const char *message, const char *home)
{
  GString *html = g_string_new (NULL);

  open_page (html, "Homespool", NULL);
  hs_html_format (html,
                  "</header>\n<main class=\"narrow\">\n<h1>%s</h1>\n"
                  "<p class=\"notice bad\" role=\"alert\" id=\"message\">%s.</p>\n"
                  "<p><a class=\"button\" href=\"%s\">%s</a></p>\n",
                  status == 404 ? "There is nothing here" : "That did not work", message, home,
                  g_str_equal (home, "/") ? "Go to the release page" : "Try again");
  close_page (html);
  return g_string_free (html, FALSE);
}
