"use strict";
const filter = document.querySelector(".filter");
const rows = [...document.querySelectorAll("details.row")].map((details) => ({
  details,
  line: document.querySelector(`tr[data-row="${details.id.slice(1)}"]`),
  findings: [...details.querySelectorAll(".finding")].map((element) => ({
    element,
    severity: element.dataset.severity,
    level: element.dataset.level,
    words: element.textContent.toLowerCase(),
  })),
  words: `${details.querySelector("summary").textContent} ${details.querySelector(".urns").textContent}`.toLowerCase(),
}));

function apply() {
  const words = document.getElementById("text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const severities = new Set([...filter.querySelectorAll("[name=severity]:checked")].map((box) => box.value));
  const isMandatoryOnly = document.getElementById("mandatory").checked;
  const isOpenOnly = document.getElementById("open").checked;
  let shown = 0;
  let findings = 0;
  for (const row of rows) {
    let matching = 0;
    for (const finding of row.findings) {
      const isShown =
        severities.has(finding.severity) &&
        (!isMandatoryOnly || finding.level === "mandatory") &&
        words.every((word) => finding.words.includes(word) || row.words.includes(word));
      finding.element.hidden = !isShown;
      matching += isShown;
    }
    const isPassing = !isOpenOnly && !row.findings.length && words.every((word) => row.words.includes(word));
    const isShown = matching > 0 || isPassing;
    row.details.hidden = !isShown;
    row.line.hidden = !isShown;
    shown += isShown;
    findings += matching;
  }
  const [count, some, all] = [findings, shown, rows.length].map((number) => number.toLocaleString("en"));
  document.getElementById("shown").value = `${count} finding${findings === 1 ? "" : "s"} in ${some} of ${all} rows`;
}

function openTarget() {
  const target = /^#r\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (target) {
    target.open = true;
    target.querySelector("summary").focus();
  }
}

if (filter) {
  filter.addEventListener("input", apply);
  filter.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
window.addEventListener("hashchange", openTarget);
openTarget();
