/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* A tablet beside a printer: card or name, PIN, documents, paper. The session is in this file's memory
 * and nowhere else; whoever walks away is signed out. Texts are set as text, never as HTML. */

"use strict";

(() => {
  const part = (id) => document.getElementById(id);
  const message = part("message");
  const idleMs = 30000;
  const warnMs = 10000;
  const doneMs = 6000;
  const refreshMs = 5000;
  const readerGapMs = 20; /* no finger is that fast: it is the card reader that types */

  const say = (text) => {
    const sentence = text === "" ? "" : text[0].toUpperCase() + text.slice(1).replace(/\.?$/, ".");
    message.textContent = sentence;
    message.classList.toggle("empty", sentence === "");
    message.classList.toggle("bad", sentence !== "");
  };

  const ask = async (path, body, headers = {}) => {
    let reply, answer;
    try {
      reply = await fetch(path, body === undefined ? { headers } : {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      answer = await reply.json();
    } catch {
      throw new Error("the site cannot be reached; try again in a moment");
    }
    if (reply.ok) return answer;
    const trouble = new Error(answer.message);
    trouble.status = reply.status;
    throw trouble;
  };

  if (part("pair-form")) {
    part("pair-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await ask("/v1/terminal/pair", { code: part("code").value.trim() });
        location.reload();
      } catch (trouble) {
        say(trouble.message);
      }
    });
    return;
  }

  const cardOnly = document.body.dataset.cardOnly === "true";
  const views = ["welcome", "name", "pin", "list", "done", "renewed"];
  const fields = { welcome: "card", name: "user" };
  const deleting = { armed: false };
  let view = "welcome";
  let session = null;
  let who = {};
  let hasPin = false; /* a card alone does not delete */
  let digits = [];
  let jobs = [];
  let chosen = new Set();
  let touchedMs = performance.now();
  let doneTimer = 0;
  let busy = false;
  let turn = 0; /* one for each time that somebody began or left: late answers are for an earlier one */

  const show = (next) => {
    view = next;
    for (const name of views) part(name).hidden = name !== next;
    if (part("ending")) part("ending").hidden = next !== "welcome";
    if (fields[next]) part(fields[next]).focus();
    if (next === "pin") part("pad").querySelector("button").focus();
  };

  /* ── the end ── */

  const forget = () => {
    turn += 1;
    busy = false;
    deleting.armed = false;
    session = null;
    who = {};
    digits = [];
    jobs = [];
    chosen = new Set();
    part("papers").replaceChildren();
    part("person").textContent = "";
    part("card").value = "";
    part("user").value = "";
    part("left").textContent = "";
    part("renewed-code").textContent = "";
  };

  const home = () => {
    clearTimeout(doneTimer);
    forget();
    say("");
    show("welcome");
  };

  const end = async (ending) => {
    try {
      await ask("/v1/terminal/sign-out", { session: ending });
    } catch {
      /* It ends by itself after a minute. */
    }
  };

  const signOut = () => {
    const ending = session;
    forget();
    if (ending !== null) end(ending);
  };

  const leave = () => {
    signOut();
    home();
  };

  /* ── documents ── */

  const colours = { color: "colour", monochrome: "black and white" };

  const facts = (job) => [
    job.made, job.size, colours[job.colour], job.sides === "one-sided" ? null : "two-sided",
    job.copies > 1 ? `${job.copies} copies` : null,
  ].filter(Boolean).join(", ");

  const word = (kind, text) => {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    return span;
  };

  const ready = () => jobs.filter((job) => job.reachable);

  const label = () => {
    const count = [...chosen].filter((id) => ready().some((job) => job.job === id)).length;
    const all = ready().length;
    const print = part("print");
    print.textContent = chosen.size === 0
      ? (all === 1 ? "Print it" : `Print all ${all}`)
      : (count === 1 ? "Print 1 document" : `Print ${count} documents`);
    print.disabled = busy || (chosen.size === 0 ? all === 0 : count !== chosen.size);
    print.hidden = jobs.length === 0;
    part("delete").hidden = chosen.size === 0 || !hasPin;
    part("delete").disabled = busy;
    part("delete").textContent = deleting.armed ? `Really delete ${chosen.size}?` : "Delete";
    part("nothing").hidden = jobs.length > 0;
  };

  const draw = () => {
    const focused = document.activeElement?.dataset?.job;
    part("papers").replaceChildren(...jobs.map((job) => {
      const item = document.createElement("li");
      const row = document.createElement("label");
      const box = document.createElement("input");
      const words = document.createElement("div");
      box.type = "checkbox";
      box.dataset.job = job.job;
      box.checked = chosen.has(job.job);
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(job.job);
        else chosen.delete(job.job);
        deleting.armed = false;
        label();
      });
      words.className = "words";
      words.append(word("title", job.name), word("facts", facts(job)));
      if (job.sentence) words.append(word("sentence", job.sentence));
      row.append(box, words);
      item.append(row);
      return item;
    }));
    if (focused) part("papers").querySelector(`[data-job="${focused}"]`)?.focus();
    label();
  };

  const refresh = async () => {
    const asking = session;
    try {
      const answer = await ask("/v1/terminal/jobs", undefined, { "Homespool-Session": asking });
      if (session !== asking) return;
      jobs = answer.jobs;
      chosen = new Set([...chosen].filter((id) => jobs.some((job) => job.job === id)));
      draw();
    } catch (trouble) {
      if (session !== asking) return;
      if (trouble.status === 401) home();
      else say(trouble.message);
    }
  };

  const order = async (path, ids) => {
    const mine = turn;
    busy = true;
    label();
    try {
      const answer = await ask(path, { session, jobs: ids });
      return turn === mine ? answer : null;
    } catch (trouble) {
      if (turn !== mine) return null;
      if (trouble.status === 401) home();
      else say(trouble.message);
      return null;
    } finally {
      if (turn === mine) {
        busy = false;
        deleting.armed = false;
        label();
      }
    }
  };

  part("print").addEventListener("click", async () => {
    const answer = await order("/v1/terminal/release", chosen.size === 0 ? null : [...chosen]);
    if (answer === null) return;
    if (answer.done === 0) {
      say(answer.sentence);
      refresh();
      return;
    }
    signOut();
    say("");
    part("outcome").textContent = answer.sentence;
    show("done");
    doneTimer = setTimeout(home, doneMs);
  });

  part("delete").addEventListener("click", async () => {
    if (!deleting.armed) {
      deleting.armed = true;
      label();
      return;
    }
    const answer = await order("/v1/terminal/delete", [...chosen]);
    if (answer === null) return;
    chosen.clear();
    say("");
    refresh();
  });

  part("sign-out").addEventListener("click", leave);

  /* ── signing in ── */

  const signIn = async (body) => {
    if (busy) return;
    const mine = turn;
    busy = true;
    try {
      const answer = await ask("/v1/terminal/sign-in", body);
      if (turn !== mine) { /* whoever it was has gone, and somebody else may stand here */
        end(answer.session);
        return;
      }
      session = answer.session;
      hasPin = body.pin !== null;
      part("person").textContent = answer.name;
      say("");
      show("list");
      await refresh();
    } catch (trouble) {
      if (turn !== mine) return;
      forget();
      say(trouble.message);
      show("welcome");
    } finally {
      if (turn === mine) {
        busy = false;
        label();
      }
    }
  };

  const drawDots = () => {
    part("dots").replaceChildren(...digits.map(() => document.createElement("i")));
    part("dots").setAttribute("aria-label", `${digits.length} digits`);
  };

  const enterPin = () => {
    const pin = digits.join("");
    digits = [];
    drawDots();
    if (pin === "") return;
    signIn({ method: who.card ? "card+pin" : "user+pin", user: who.user ?? null, card: who.card ?? null, pin });
  };

  const askPin = (person) => {
    who = person;
    digits = [];
    drawDots();
    say("");
    show("pin");
  };

  const takeCard = (card) => {
    if (card === "") return;
    forget();
    if (cardOnly) signIn({ method: "card", user: null, card, pin: null });
    else askPin({ card });
  };

  const press = (key) => {
    if (key === "ok") enterPin();
    else if (key === "back") digits.pop();
    else if (digits.length < 64) digits.push(key);
    drawDots();
  };

  for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0", "ok"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = { back: "⌫", ok: "OK" }[key] ?? key;
    button.setAttribute("aria-label", { back: "Delete the last digit", ok: "OK" }[key] ?? key);
    button.classList.toggle("ok", key === "ok");
    button.addEventListener("click", () => press(key));
    part("pad").append(button);
  }

  part("card-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const card = part("card").value;
    part("card").value = "";
    takeCard(card);
  });

  part("name-form").addEventListener("submit", (event) => {
    event.preventDefault();
    askPin({ user: part("user").value.trim() });
  });

  part("by-name").addEventListener("click", () => {
    forget();
    say("");
    show("name");
  });

  for (const button of document.querySelectorAll(".back")) button.addEventListener("click", home);

  /* A reader that types on another view than the first: it is a new person, not a PIN. */
  let burst = "";
  let slow = 0;
  let typedMs = 0;

  document.addEventListener("keydown", (event) => {
    const now = performance.now();
    if (view === "welcome" || view === "name") return;
    if (now - typedMs > readerGapMs) {
      slow += burst.length;
      burst = "";
    }
    typedMs = now;
    if (event.key === "Enter" && burst.length >= 4 && slow === 0) {
      const card = burst;
      event.preventDefault();
      signOut();
      home();
      takeCard(card);
    } else if (view === "pin" && event.key === "Enter" && digits.length > 0) {
      event.preventDefault();
      enterPin();
    } else if (view === "pin" && event.key === "Backspace") press("back");
    else if (event.key.length === 1) {
      if (view === "pin" && /\d/.test(event.key)) press(event.key);
      burst += event.key;
      return;
    }
    burst = "";
    slow = 0;
  });

  /* ── a new certificate: no script can put one into a browser ── */

  const save = (base64url, name) => {
    const bytes = Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/x-pkcs12" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), doneMs);
  };

  part("renew")?.addEventListener("click", async () => {
    try {
      const answer = await ask("/v1/terminal/renew", { csr: null });
      save(answer.file, "tablet.p12");
      part("renewed-code").textContent = answer.code;
      show("renewed");
    } catch (trouble) {
      say(trouble.message);
    }
  });

  /* ── nobody is there any more ── */

  /* Whatever a reader types on the first view goes into the card's field. Tab, Enter and space stay
   * with the keyboard's person. */
  const focusCard = () => view === "welcome" && part("card").focus();

  document.addEventListener("pointerdown", () => {
    touchedMs = performance.now();
    setTimeout(focusCard, 0);
  });
  document.addEventListener("keydown", (event) => {
    touchedMs = performance.now();
    if (event.key.length === 1 && event.key !== " ") focusCard();
  });
  window.addEventListener("focus", focusCard);

  setInterval(() => {
    if (["welcome", "done", "renewed"].includes(view) && !busy) return; /* busy: a card is being looked at */
    const leftMs = idleMs - (performance.now() - touchedMs);
    part("left").textContent = leftMs < warnMs && leftMs > 0
      ? `Signing out in ${Math.ceil(leftMs / 1000)} s` : "";
    if (leftMs <= 0) leave();
  }, 500);

  setInterval(() => {
    if (view === "list" && !busy) refresh();
  }, refreshMs);

  window.addEventListener("pagehide", () => {
    if (session !== null)
      navigator.sendBeacon("/v1/terminal/sign-out", JSON.stringify({ session }));
  });

  show("welcome");
})();
