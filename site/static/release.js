/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Live updates of the release page. The page works without this file: it only replaces the list when
 * the site says that it changed, and words the buttons. The site's answer is HTML that the site has
 * escaped; nothing here builds HTML of its own. */

"use strict";

(() => {
  const form = document.getElementById("documents");
  if (!form) return;

  const release = document.getElementById("release");
  const remove = document.getElementById("delete");
  const message = document.getElementById("message");
  const retryMs = 5000;

  const chosen = (kind) =>
    form.querySelectorAll(`.job.${kind} input[name=job]:checked`).length;

  const words = () => {
    const count = chosen("waiting");
    const all = count + chosen("unreachable");
    release.textContent = count === 0 ? "Print selected"
      : count === 1 ? "Print 1 document" : `Print ${count} documents`;
    release.disabled = count === 0 || all !== count;
    release.title = all !== count
      ? "A chosen document is on a workstation that cannot be reached" : "";
    remove.hidden = all === 0;
    if (all === 0) remove.open = false;
  };

  const say = (text) => {
    if (message.textContent === text) return;
    message.textContent = text;
    message.classList.toggle("empty", text === "");
  };

  /* Keeps what the person has chosen and where the keyboard is. */
  const replace = (html) => {
    const list = document.getElementById("list");
    const checked = new Set([...list.querySelectorAll("input:checked")].map((box) => box.id));
    const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
    list.outerHTML = html;
    const fresh = document.getElementById("list");
    for (const box of fresh.querySelectorAll("input[name=job]")) box.checked = checked.has(box.id);
    if (focused) document.getElementById(focused)?.focus();
    words();
    document.dispatchEvent(new Event("homespool-list")); /* titles.js */
  };

  let lost = false;

  const follow = async () => {
    const seen = document.getElementById("list").dataset.digest;
    try {
      const reply = await fetch(`/jobs?seen=${seen}`, { credentials: "same-origin" });
      if (reply.status === 401) return location.reload();
      if (reply.status === 200) replace(await reply.text());
      else if (reply.status !== 204) throw new Error("unexpected answer");
      if (lost) say("");
      lost = false;
      setTimeout(follow, 0);
    } catch {
      lost = true;
      say("The connection to the site is lost. Trying again…");
      setTimeout(follow, retryMs);
    }
  };

  form.addEventListener("change", words);
  window.addEventListener("pageshow", words);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !remove.open) return;
    remove.open = false;
    remove.querySelector("summary").focus();
  });
  words();
  follow();
})();
