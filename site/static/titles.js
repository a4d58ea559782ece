/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* Titles in the person's own browser: takes the key out of a pairing link, keeps it, opens sealed
 * titles. The key comes in the link's fragment, is sent nowhere, and is kept in this browser under
 * the person who is signed in. homespoolAge is age.js, which a site may be built without and a browser
 * may be too old for: then the page says which of them it is. */

"use strict";

(() => {
  const pendingName = "homespool-pairing";
  const unusedName = "homespool-pairing-unused";
  const pendingMs = 10 * 60 * 1000;
  const box = document.getElementById("titles");
  const age = globalThis.homespoolAge;
  const isBuilt = document.querySelector('script[src="/static/age.js"]') !== null;

  /* ── the link ─────────────────────────────────────────────────────────────────────────── */

  /* Out of the address bar and the history before anything else; into this tab's own storage, since
   * the person may have to sign in first. */
  const takeLink = () => {
    const fields = new URLSearchParams(location.hash.slice(1));
    const key = fields.get("title-key");
    if (key === null) return;
    history.replaceState(null, "", location.pathname + location.search);
    if (!age) {
      /* What cannot be used is not kept; that there was a link is, until the person has signed in. */
      sessionStorage.setItem(unusedName, "yes");
      return;
    }
    sessionStorage.setItem(pendingName, JSON.stringify(
      { key, person: fields.get("person"), host: (fields.get("host") || "a workstation").slice(0, 64), at: Date.now() }));
  };

  const getPending = () => {
    const pending = JSON.parse(sessionStorage.getItem(pendingName) || "null");
    if (pending && Date.now() - pending.at <= pendingMs) return pending;
    sessionStorage.removeItem(pendingName);
    return null;
  };

  takeLink();

  /* ── the keys of this browser: {person, recipient, host, key, keep} ───────────────────── */

  const whenDone = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const inStore = async (mode, work) => {
    const opening = indexedDB.open("homespool-titles", 1);
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore("keys", { keyPath: ["person", "recipient"] });
    const database = await whenDone(opening);
    try {
      const transaction = database.transaction("keys", mode);
      const finished = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const result = await work(transaction.objectStore("keys"));
      await finished;
      return result;
    } finally {
      database.close();
    }
  };

  const listKeys = () => inStore("readonly", (store) => whenDone(store.getAll()));
  const putKeys = (keys) => inStore("readwrite", (store) => Promise.all(keys.map((key) => whenDone(store.put(key)))));

  const forgetKeys = async (goes) => {
    const gone = (await listKeys()).filter(goes);
    if (gone.length > 0)
      await inStore("readwrite", (store) =>
        Promise.all(gone.map(({ person, recipient }) => whenDone(store.delete([person, recipient])))));
  };

  /* A page that asks to sign in: whoever was here is gone, and with them what was not to be kept. */
  if (!box) {
    if (document.getElementById("password")) forgetKeys(({ keep }) => !keep).catch(() => {});
    return;
  }

  const person = box.dataset.person;
  let keys = [];

  /* ── opening ──────────────────────────────────────────────────────────────────────────── */

  const opened = new Map(); /* job → title, while this page is open */

  const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const openTitle = async (job, text) => {
    let sealed;
    try {
      sealed = toBytes(text);
    } catch {
      return null;
    }
    for (const { key } of keys) {
      try {
        const found = JSON.parse(await age.open(sealed, key));
        /* The site could put one document's title under another. */
        if (found.job === job && typeof found.title === "string") return found.title;
      } catch {
        /* sealed to another key, or changed on the way */
      }
    }
    return null;
  };

  const show = (entry) => {
    const title = opened.get(entry.dataset.job);
    if (title) entry.querySelector(".title").textContent = title;
  };

  const part = (name) => document.getElementById(`titles-${name}`);

  const showTitles = async () => {
    const list = document.getElementById("list");
    list.querySelectorAll(".job").forEach(show);
    const closed = [...list.querySelectorAll("[data-sealed-title]")].filter((entry) => !opened.has(entry.dataset.job));
    let unread = 0;
    for (const entry of closed) {
      const title = age ? await openTitle(entry.dataset.job, entry.dataset.sealedTitle) : null;
      if (title === null) unread++;
      else opened.set(entry.dataset.job, title);
      show(entry);
    }
    const isMissed = !age && (unread > 0 || sessionStorage.getItem(unusedName) !== null);
    part("unbuilt").hidden = !isMissed || isBuilt;
    part("unable").hidden = !isMissed || !isBuilt;
    part("hint").hidden = !age || unread === 0 || !part("offer").hidden;
  };

  /* ── what the person sees and chooses ─────────────────────────────────────────────────── */

  const say = (text) => {
    part("trouble").textContent = text;
    part("trouble").hidden = text === "";
  };

  const showState = async () => {
    const hosts = [...new Set(keys.map(({ host }) => host))];
    part("paired").hidden = keys.length === 0;
    part("hosts").textContent = hosts.join(", ");
    part("older").hidden = keys.every(({ key }) => typeof key !== "string");
    part("keep").checked = keys.length > 0 && keys.every(({ keep }) => keep);
    await showTitles();
  };

  const readKeys = async () => {
    keys = (await listKeys()).filter((entry) => entry.person === person);
    await showState();
  };

  const accept = async (keep) => {
    const pending = getPending();
    sessionStorage.removeItem(pendingName);
    part("offer").hidden = true;
    if (!pending) return;
    let taken;
    try {
      taken = await age.takeKey(pending.key);
    } catch {
      say("The link is incomplete. Run “homespool pair” again and open the whole link.");
      return;
    }
    const entry = { person, host: pending.host, keep, ...taken };
    try {
      await putKeys([entry]);
      await readKeys();
    } catch {
      keys.push(entry);
      say("This browser keeps nothing: titles can be read until this page is closed.");
      await showState();
    }
  };

  const offer = () => {
    const pending = getPending();
    if (!pending) return;
    if (pending.person !== person) {
      sessionStorage.removeItem(pendingName);
      say("That link is another person’s. Run “homespool pair” as yourself.");
      return;
    }
    part("host").textContent = pending.host;
    part("offer").hidden = false;
    part("hint").hidden = true;
  };

  const forget = async () => {
    await forgetKeys((entry) => entry.person === person);
    location.reload();
  };

  part("remember").addEventListener("click", () => accept(true));
  part("session").addEventListener("click", () => accept(false));
  part("decline").addEventListener("click", () => {
    sessionStorage.removeItem(pendingName);
    part("offer").hidden = true;
    showTitles();
  });
  part("forget").addEventListener("click", forget);
  part("keep").addEventListener("change", async () => {
    keys.forEach((entry) => { entry.keep = part("keep").checked; });
    await putKeys(keys);
  });

  const leave = document.querySelector("form.person");
  leave.addEventListener("submit", async (event) => {
    event.preventDefault();
    sessionStorage.removeItem(pendingName);
    sessionStorage.removeItem(unusedName);
    await forgetKeys((entry) => entry.person === person && !entry.keep).catch(() => {});
    leave.submit();
  });

  window.addEventListener("hashchange", () => {
    takeLink();
    offer();
    if (!age) showTitles();
  });
  document.addEventListener("homespool-list", showTitles);
  box.hidden = false;
  offer();
  forgetKeys((entry) => entry.person !== person && !entry.keep).then(readKeys).catch(showTitles);
})();
