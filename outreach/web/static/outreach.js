// Comfort on top of pages that work without it: shortcuts, live queue, leaving an unattended screen.
"use strict";

const queue = document.querySelector("[data-poll]");
const idle = Number(document.body.dataset.idle || 0);
let touched = Date.now();

// Physical keys (event.code): on an Arabic layout the letter J types ت, yet the key is the same.
const keys = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyC: () => press("claim"),
  KeyX: () => press("release"),
  KeyR: () => press("reveal"),
  KeyU: () => press("undo"),
  KeyN: () => press("next"),
  KeyQ: () => press("queue"),
  Digit1: () => choose("keep"),
  Digit2: () => choose("hide"),
  Digit3: () => choose("delete"),
  Digit4: () => choose("refer"),
};

document.addEventListener("keydown", (event) => {
  touched = Date.now();
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
  if (event.code === "Slash" && event.shiftKey) {
    event.preventDefault();
    help();
  } else if (!event.shiftKey && keys[event.code] && keys[event.code]()) {
    event.preventDefault();
  }
});

function press(name) {
  const target = document.querySelector(`[data-key="${name}"]:not(:disabled)`);
  if (target) target.click();
  return Boolean(target);
}

function choose(verdict) {
  const radio = document.querySelector(`input[name="verdict"][value="${verdict}"]:not(:disabled)`);
  if (!radio) return false;
  radio.checked = true;
  const reason = radio.closest(".verdict").querySelector("select");
  (reason || radio).focus();
  return true;
}

function step(by) {
  const links = [...document.querySelectorAll(".item .open")];
  if (!links.length) return false;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
  links[next].focus();
  links[next].closest(".item").scrollIntoView({ block: "nearest" });
  return true;
}

function help() {
  const dialog = document.getElementById("keys");
  if (dialog) dialog.showModal();
}

for (const button of document.querySelectorAll("[data-opens=keys]")) {
  button.hidden = false;
  button.addEventListener("click", help);
}

// What a colleague decides goes grey here; what is new is announced, and never moves the list under a finger.
async function poll() {
  if (document.hidden) return;
  const answer = await fetch(queue.dataset.poll, { headers: { accept: "application/json" }, cache: "no-store" });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) return;
  const now = await answer.json();
  for (const card of queue.querySelectorAll("[data-id]")) paint(card, now.items[card.dataset.id]);
  const fresh = Object.keys(now.items).some((id) => !queue.querySelector(`[data-id="${id}"]`));
  document.querySelector(".fresh").hidden = !fresh;
}

function paint(card, state) {
  card.classList.toggle("gone", !state);
  card.querySelector(".holder").textContent = state ? state.holder : queue.dataset.gone;
  if (!state) return;
  const age = card.querySelector(".age");
  age.textContent = state.age;
  age.classList.toggle("late", state.late);
}

if (queue) setInterval(() => poll().catch(() => {}), Number(queue.dataset.every));

// A claim that runs out is said before the form refuses.
const lease = document.querySelector("[data-until]");
if (lease) {
  const ends = Date.now() + Number(lease.dataset.until) * 1000;
  const timer = setInterval(() => {
    if (Date.now() < ends) return;
    lease.textContent = lease.dataset.over;
    lease.classList.add("bad");
    clearInterval(timer);
  }, 1000);
}

for (const name of ["pointerdown", "scroll"]) {
  document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
}
// The poll keeps a session alive, so an unattended screen must sign itself out.
function leaveIfIdle() {
  if (Date.now() - touched > idle * 60000) document.getElementById("leave").submit();
}

if (idle) setInterval(leaveIfIdle, 15000);
