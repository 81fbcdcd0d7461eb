"use strict";
// Shows the findings of the page's data: by subject, the worst first, as many as are scrolled to.
(() => {
  const CHUNK = 60;
  const VERDICTS = ["wrong", "interesting", "expected"];
  const data = JSON.parse(document.getElementById("data").textContent);
  const search = document.getElementById("search");
  const list = document.getElementById("subjects");
  const end = document.getElementById("end");
  const verdicts = new Set(["wrong", "interesting"]);
  const layers = new Set();
  const subjects = collect();
  let open = [];
  let rendered = 0;

  function collect() {
    const all = [];
    for (const file of data.files) {
      const listings = new Map();
      for (const listing of file.listings || []) {
        const own = listings.get(listing.function) || [];
        own.push(listing);
        listings.set(listing.function, own);
      }
      const bySubject = new Map();
      for (const finding of file.findings) {
        const key = finding.kind + " " + finding.subject;
        let subject = bySubject.get(key);
        if (!subject) {
          subject = { kind: finding.kind, name: finding.subject, file, findings: [], listings: [] };
          if (finding.kind === "function") subject.listings = listings.get(finding.subject) || [];
          bySubject.set(key, subject);
          all.push(subject);
        }
        finding.rank = VERDICTS.indexOf(finding.verdict);
        finding.text = [finding.kind, finding.subject, finding.layer + "/" + finding.property, finding.of,
          finding.left, finding.right, finding.reason, file.name].join("\n").toLowerCase();
        subject.findings.push(finding);
      }
    }
    for (const subject of all) subject.findings.sort((one, other) => one.rank - other.rank);
    // Functions say more than sections do.
    const rank = (subject) => 2 * subject.findings[0].rank + (subject.kind === "section" ? 1 : 0);
    return all.sort((one, other) => rank(one) - rank(other));
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // Names are long. They break after `::` and commas.
  function name(tag, className, text) {
    const made = element(tag, className);
    for (const part of text.split(/(?<=::|,)/)) made.append(part, document.createElement("wbr"));
    return made;
  }

  function value(text) {
    return text === null ? element("span", "absent", "nothing") : name("span", "mono", text);
  }

  function row({ finding, times }) {
    const made = element("div", "row finding");
    const property = element("span", "", finding.layer + "/" + finding.property);
    if (finding.of) property.append(" of ", name("span", "mono", finding.of));
    if (times > 1) property.append(" ", element("span", "times", times + " times"));
    made.append(element("span", finding.verdict, finding.verdict), property, value(finding.left),
      value(finding.right), element("span", "why", finding.reason || ""));
    return made;
  }

  function listing(own) {
    const made = element("div", "listing");
    for (const { left, right } of own.rows) {
      for (const text of [left, right]) {
        const kind = text === null ? "gap" : left === right ? "" : "changed";
        made.append(element("span", kind, text === null ? "" : text));
      }
    }
    return made;
  }

  function toggle(button, section, listings) {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) section.querySelectorAll(".listing").forEach((own) => own.remove());
    else section.append(...listings.map(listing));
  }

  // Instances of a generic function often have the same differences.
  function withoutCopies(findings) {
    const rows = new Map();
    for (const finding of findings) {
      const key = JSON.stringify([finding.text, finding.verdict]);
      const row = rows.get(key);
      if (row) row.times += 1;
      else rows.set(key, { finding, times: 1 });
    }
    return [...rows.values()];
  }

  function section({ subject, findings }) {
    const made = element("section", "subject");
    const title = element("h2");
    title.append(element("span", "kind", subject.kind), name("code", "", subject.name));
    if (subject.listings.length) {
      const button = element("button", "", "side by side");
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => toggle(button, made, subject.listings));
      title.append(button);
    }
    if (data.files.length > 1) title.append(element("span", "unit", subject.file.name));
    made.append(title, ...withoutCopies(findings).map(row));
    return made;
  }

  function more() {
    const next = open.slice(rendered, rendered + CHUNK);
    rendered += next.length;
    list.append(...next.map(section));
  }

  function isNear() {
    return end.getBoundingClientRect().top < 2 * innerHeight;
  }

  function fill() {
    while (rendered < open.length && isNear()) more();
  }

  function count(number, word) {
    return number.toLocaleString("en") + " " + word + (number === 1 ? "" : "s");
  }

  function update() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isShown = (finding) => verdicts.has(finding.verdict) && (!layers.size || layers.has(finding.layer))
      && words.every((word) => finding.text.includes(word));
    open = [];
    let findings = 0;
    for (const subject of subjects) {
      const shown = subject.findings.filter(isShown);
      if (shown.length) open.push({ subject, findings: shown });
      findings += shown.length;
    }
    document.getElementById("shown").textContent =
      findings ? count(findings, "difference") + " in " + count(open.length, "subject") : "nothing to show";
    list.replaceChildren();
    rendered = 0;
    fill();
  }

  function filter(button, set, name) {
    button.addEventListener("click", () => {
      if (!set.delete(name)) set.add(name);
      button.setAttribute("aria-pressed", String(set.has(name)));
      update();
    });
  }

  for (const button of document.querySelectorAll("[data-verdict]")) filter(button, verdicts, button.dataset.verdict);
  for (const button of document.querySelectorAll("[data-layer]")) filter(button, layers, button.dataset.layer);
  const { wrong, interesting, expected } = data.totals;
  if (!wrong && !interesting && expected) document.querySelector("[data-verdict=expected]").click();
  let pending;
  search.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(update, 80);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
  addEventListener("scroll", fill, { passive: true });
  addEventListener("resize", fill);
  update();
})();
