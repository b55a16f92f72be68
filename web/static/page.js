/* nutgraf: results as you type, in place, and by keyboard.

   Everything here is a link or a form that works without this script. What it adds: it asks for
   the same pages in the background and puts their contents in the place of those that are shown.
   It makes no HTML of its own from text. */

"use strict";

(() => {
  const PAUSE = 40; // milliseconds between letters: results follow at once, or after the last
  const SAY = 700; // until a screen reader is told how much was found
  const COMPLETIONS = 7;
  const KEYS = "nutgraf.single-keys";

  const byId = (id) => document.getElementById(id);
  const box = byId("q");
  const form = byId("box");
  const main = byId("main");
  const list = byId("completions");
  const hint = byId("hint");
  const keys = byId("keys");
  const inPlace = () => location.pathname === "/";

  let running = null; // the request that is under way: an overtaken one is cancelled
  let suggesting = null;
  let shown = location.pathname + location.search; // the address of what is shown
  let isDraft = false; // whether the last entry of the history is a query that is being typed
  let pause = 0;
  let last = 0; // when the last letter was typed
  let saying = 0;
  let active = -1; // which completion the arrows have come to

  // Pages in place

  function addressOf(fields) {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(fields)) {
      if (value.trim() || fields !== form) asked.append(name, value);
    }
    return asked.has("q") ? `/?${asked}` : "/";
  }

  /* Ask for a page and show it. `how`: "push" or "replace" an entry of the history, or "" for none. */
  async function show(address, how, { typed = false, key = "", scroll = 0, anchor = "" } = {}) {
    running?.abort();
    const request = (running = new AbortController());
    const written = box.value;
    let response, text;
    try {
      response = await fetch(address, { signal: request.signal, headers: { Accept: "text/html" } });
      text = await response.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (typed) complain("The archive does not answer");
      else location.assign(address);
      return;
    }
    if (request !== running) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    if (typed && response.status === 400) {
      complain(page.getElementById("error")?.textContent ?? "");
      return;
    }
    const there = new URL(response.url);
    const settled = there.pathname + there.search;
    if (how === "push") {
      history.replaceState({ scroll: scrollY }, "");
      history.pushState(null, "", settled + anchor);
      isDraft = typed; // only now: a request that was overtaken has left no entry
    } else if (how === "replace") {
      history.replaceState(null, "", settled + anchor);
    }
    swap(page, typed && settled === "/");
    if (!typed && box.value === written) box.value = page.getElementById("q").value;
    shown = settled;
    place(key, anchor, scroll, typed);
    clearTimeout(saying);
    saying = setTimeout(say, SAY);
  }

  /* Put what another page shows in the place of what is shown. The box stays as it is; where it
     was only emptied, so do the options that the next query keeps. */
  function swap(page, isEmptied) {
    const open = [...main.querySelectorAll("details[id][open]")].map((each) => each.id);
    document.title = page.title;
    main.replaceChildren(...page.getElementById("main").childNodes);
    for (const id of isEmptied ? ["foot"] : ["kept", "foot"]) {
      byId(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    for (const id of open) if (byId(id)) byId(id).open = true;
    box.removeAttribute("aria-invalid");
    box.removeAttribute("aria-describedby");
    complain("");
    showKeysButton();
  }

  /* The focus goes to what has taken the place of the link that was followed. */
  function place(key, anchor, scroll, typed) {
    if (typed) return;
    const link = key && [...main.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    const hit = anchor && byId(anchor.slice(1));
    if (link) link.focus({ preventScroll: true });
    else if (hit) focusOn(hit);
    if (hit) hit.scrollIntoView({ block: "nearest" });
    else scrollTo(0, scroll);
  }

  function complain(sentence) {
    hint.textContent = sentence || hint.dataset.rest || "";
    hint.classList.toggle("wrong", Boolean(sentence));
    if (sentence) closeList();
  }

  function say() {
    const heading = main.querySelector("h1");
    byId("status").textContent = heading ? heading.textContent.replace(/\s+/g, " ").trim() : "";
  }

  // Typing

  async function follow() {
    const address = addressOf(form);
    suggesting?.abort();
    if (inPlace() && address !== shown) {
      await show(address, isDraft ? "replace" : "push", { typed: true });
    }
    if (addressOf(form) === address) suggest(box.value);
  }

  /* Whoever types letter by letter sees results after each; of a burst, after the last one. */
  function typed() {
    const now = performance.now();
    clearTimeout(pause);
    pause = setTimeout(follow, now - last < PAUSE ? PAUSE : 0);
    last = now;
  }

  box.addEventListener("input", (event) => event.isComposing || typed());
  box.addEventListener("compositionend", typed);

  document.addEventListener("submit", (event) => {
    const fields = event.target;
    if (fields.method !== "get" || !inPlace()) return;
    event.preventDefault();
    clearTimeout(pause);
    closeList();
    const isBox = fields === form;
    show(addressOf(fields), isBox && isDraft ? "replace" : "push");
    isDraft = false;
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const there = new URL(link.getAttribute("href"), location); // of links in drawings, too
    if (!inPlace() || there.origin !== location.origin || there.pathname !== "/") return;
    if (there.hash && there.search === location.search) return; // a place on this page
    event.preventDefault();
    isDraft = false;
    show(there.pathname + there.search, "replace" in link.dataset ? "replace" : "push", {
      key: link.dataset.key,
      anchor: there.hash,
    });
  });

  addEventListener("popstate", (event) => {
    const there = location.pathname + location.search;
    if (!inPlace() || there === shown) return;
    isDraft = false;
    show(there, "", { scroll: event.state?.scroll ?? 0 });
  });

  // Completions: a listbox of the box, by the pattern of a combobox

  async function suggest(text) {
    suggesting?.abort();
    const request = (suggesting = new AbortController());
    if (!text.trim()) return closeList();
    try {
      const asked = new URLSearchParams({ q: text, most: COMPLETIONS });
      const response = await fetch(`/api/suggest?${asked}`, { signal: request.signal });
      if (!response.ok) return closeList();
      const { completions } = await response.json();
      if (request === suggesting && document.activeElement === box) offer(completions);
    } catch (error) {
      if (error.name !== "AbortError") closeList();
    }
  }

  function offer(completions) {
    if (!completions.length || hint.classList.contains("wrong")) return closeList();
    list.replaceChildren(...completions.map(asOption));
    list.scrollLeft = 0;
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    activate(-1);
  }

  function asOption({ kind, text, count, query }, number) {
    const option = document.createElement("li");
    option.id = `completion-${number}`;
    option.role = "option";
    option.dataset.query = kind === "field" ? query : `${query} `;
    option.dataset.kind = kind;
    option.textContent = text;
    if (count) {
      const told = document.createElement("i");
      told.textContent = ` ${count.toLocaleString("en")}`;
      option.append(told);
    }
    return option;
  }

  function activate(number) {
    active = number;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === number));
    const option = list.children[number];
    if (option) {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function closeList() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function take(option) {
    box.value = option.dataset.query;
    box.focus();
    closeList();
    clearTimeout(pause);
    follow();
  }

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  box.addEventListener("blur", closeList);

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.hidden ? 0 : list.children.length;
    if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = count + 1; // one of them is the box itself
      activate(((active + 1 + step + places) % places) - 1);
    } else if (count && event.key === "Enter" && active >= 0) {
      take(list.children[active]);
    } else if (event.key === "Escape") {
      if (count) closeList();
      else box.blur();
    } else {
      return;
    }
    event.preventDefault();
  });

  // Keys

  const stops = () => [...main.querySelectorAll(".hit, .rows tbody tr")];
  const linkOf = (hit) => hit.querySelector("a.number, .from a");

  function focusOn(hit) {
    linkOf(hit)?.focus({ preventScroll: true });
  }

  /* Go to the next or the previous hit; from the last one of an article on to the next article. */
  function step(by) {
    const hits = stops();
    let at = hits.findIndex((hit) => hit.contains(document.activeElement));
    if (at < 0 && location.hash) at = hits.findIndex((hit) => `#${hit.id}` === location.hash);
    if (at < 0) {
      const below = hits.findIndex((hit) => hit.getBoundingClientRect().bottom > 0);
      at = by > 0 ? Math.max(below, 0) - 1 : below;
    }
    const next = hits[at + by];
    if (next) {
      focusOn(next);
      next.scrollIntoView({ block: "center" });
    } else {
      const further = main.querySelector(by > 0 ? ".beside a[rel=next]" : ".beside a[rel=prev]");
      if (further) location.assign(further.href);
    }
  }

  const ACTIONS = {
    "/": () => box.select(),
    "?": () => keys.showModal(),
    j: () => step(1),
    n: () => step(1),
    k: () => step(-1),
    p: () => step(-1),
  };

  function singleKeysWork() {
    try {
      return localStorage.getItem(KEYS) !== "off";
    } catch {
      return true; // the browser keeps nothing for us
    }
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    const action = ACTIONS[event.key];
    if (!action || !singleKeysWork()) return;
    event.preventDefault();
    action();
  });

  byId("single-keys").checked = singleKeysWork();
  byId("single-keys").addEventListener("change", (event) => {
    try {
      localStorage.setItem(KEYS, event.target.checked ? "on" : "off");
    } catch {
      event.target.checked = true;
    }
  });

  function showKeysButton() {
    byId("show-keys").hidden = false;
  }
  byId("foot").addEventListener("click", (event) => {
    if (event.target.id === "show-keys") keys.showModal();
  });

  // Citations: a button that copies what stands below it, or marks it where that is not allowed

  async function copy(button) {
    const text = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = "Marked: copy it";
    }
    byId("status").textContent = button.textContent;
    setTimeout(() => (button.textContent = "Copy"), 3000);
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  // At the beginning

  box.role = "combobox";
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", "completions");
  box.setAttribute("aria-expanded", "false");
  showKeysButton();
})();
