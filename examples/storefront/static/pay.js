// The payment page. One state at a time, each a row of the table; what is true of the money is the shop's to say.

import { answers, ask } from "./poll.js";

/** `says`: the text that tells the state, in the page and its title. `form`: whether the form is shown, and what its
 * button does: "on", "busy" or "off". `alert`: the reason is shown, and has the focus. `offers`: the way on. */
const STATES = {
  loading: { says: "loading", form: "off", skeleton: true },
  late: { form: "off", skeleton: true, alert: true, offers: "reload" },
  ready: { form: "on" },
  submitting: { says: "processing", form: "busy" },
  challenged: { says: "authenticate", form: "busy", inert: true },
  checking: { says: "checking", form: "busy" },
  leaving: { says: "confirming", form: "busy" },
  declined: { alert: true, form: "on" },
  limited: { alert: true, form: "off" },
  broken: { alert: true, offers: "reload" },
  closed: { alert: true, offers: "anew" },
};
const ELSEWHERE = ["paid", "processing", "refunded", "accepted"]; // there is nothing left to pay here
const LONGEST_LOADING = 10_000;
const LONGEST_START = 30_000;
const LONGEST_LOOK = 3_000;
const LONGEST_WAIT = 600; // seconds
const NOT_AUTHENTICATED = "payment_intent_authentication_failure";

const pay = document.querySelector("[data-pay]");
const { dataset: settings } = pay;
const { texts, reasons, unknown } = JSON.parse(pay.querySelector("[data-words]").textContent);
const part = (name) => pay.querySelector(`[data-part=${name}]`);
const [form, button, label, told, alert] = ["form", "button", "label", "told", "alert"].map(part);
const ours = document.querySelectorAll("body > :is(a, header, main, footer)"); // and not what Stripe.js lays over it
const titleOfPage = document.title;

let state = "loading";
let cameWith = part("reason").textContent.trim(); // why the last try failed, as the page was made
let stripe, elements, returnAddress, secret; // the secret lives here and nowhere else

/** Go over to a state; `reason` is the sentence of one that alerts. */
function show(next, reason = "") {
  const { says, form: use, skeleton, inert, alert: alerts, offers } = STATES[(state = next)];
  pay.dataset.state = next;
  form.hidden = !use;
  form.setAttribute("aria-busy", String(use === "busy" || Boolean(skeleton)));
  button.setAttribute("aria-disabled", String(use !== "on"));
  label.textContent = texts.pay.replace("{amount}", settings.amount);
  part("skeleton").hidden = !skeleton;
  told.textContent = texts[says] ?? "";
  part("reload").hidden = offers !== "reload";
  part("anew").hidden = offers !== "anew";
  for (const own of ours) own.inert = Boolean(inert);
  document.title = [reason || texts[says], titleOfPage].filter(Boolean).join(" · ");
  alert.hidden = !alerts;
  if (!alerts) return;
  part("reason").textContent = reason;
  alert.focus();
}

function leaveFor(url) {
  show("leaving");
  window.location.replace(url);
}

// --- the shop's word ---------------------------------------------------------------------------------------------

/** Ask the shop for leave to pay. True if it was given; otherwise the page shows why not, and where to go on. */
async function mayPay() {
  const headers = { Accept: "application/json", ...(settings.csrf && { "X-CSRFToken": settings.csrf }) };
  const answer = await ask(settings.start, { method: "POST", headers, timeout: LONGEST_START });
  if (answer.status === 200) return allowed(answer);
  const { state: why, message, url, status, retryAfter } = answer;
  if (ELSEWHERE.includes(why)) leaveFor(url);
  else if (status === 429) waitFor(retryAfter || LONGEST_WAIT, message);
  else if (status === 409) close(message, url);
  else show(elements ? "declined" : "broken", message);
  return false;
}

function allowed({ client_secret: newest, publishable_key: key, amount, return_url: back }) {
  if (secret && secret !== newest) return window.location.reload(); // another payment than the form was made for
  settings.amount = amount;
  returnAddress = back;
  secret = newest;
  stripe ??= window.Stripe(key, { locale: settings.language });
  return true;
}

/** Nothing can be paid here any more: the way on is another page. */
function close(message, url) {
  part("anew").href = url;
  show("closed", message);
}

/** Too many tries: say when the next one may be made, and take none until then. */
function waitFor(seconds, message) {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const when = new Intl.RelativeTimeFormat(`${settings.language}-u-nu-latn`).format(minutes, "minute");
  show("limited", `${message} (${when})`);
  setTimeout(() => state === "limited" && (elements ? show("ready") : load()), seconds * 1000);
}

/** What happened is not known: the shop is asked until it answers, before anything else can be done. */
async function check(reason) {
  show("checking");
  for await (const answer of answers(settings.status, { endless: true })) return goOnFrom(answer, reason);
}

/** Go on as the shop says; `reason` is what the page knows of the last try. Only the shop knows that no money moved. */
function goOnFrom({ state: now, message, url, not_charged: safe }, reason) {
  if (ELSEWHERE.includes(now)) return leaveFor(url);
  if (now === "closed") return close(message, "/checkout/");
  if (now === "missing") return show("broken", message); // this browser may no longer see the order
  const why = reason ?? (now === "failed" ? message : "");
  return why ? show("declined", safe ? `${why} ${texts.not_charged}` : why) : show("ready");
}

// --- the form ----------------------------------------------------------------------------------------------------

const fetchStripe = () =>
  new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: settings.stripeJs, async: true });
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });

/** The form looks as the page does: its colours, in light and in dark, are the style sheet's. */
function appearance() {
  const style = getComputedStyle(pay);
  const read = (name) => style.getPropertyValue(name).trim();
  const variables = {
    colorPrimary: read("--accent"),
    colorBackground: read("--surface"),
    colorText: read("--ink"),
    colorTextSecondary: read("--soft"),
    colorDanger: read("--bad"),
    borderRadius: "10px",
    fontFamily: style.fontFamily,
    fontSizeBase: "16px",
  };
  return { theme: "stripe", variables };
}

async function load() {
  show("loading");
  const late = setTimeout(() => show("late", texts.load_failed), LONGEST_LOADING);
  try {
    await (window.Stripe ?? fetchStripe());
    if (!(await mayPay())) return clearTimeout(late);
    elements = stripe.elements({ clientSecret: secret, locale: settings.language, appearance: appearance() });
    const element = elements.create("payment", { layout: "tabs" });
    element.on("loaderror", () => (clearTimeout(late), show("broken", texts.load_failed)));
    element.on("ready", () => (clearTimeout(late), settle()));
    element.mount(part("element"));
  } catch {
    clearTimeout(late);
    show("broken", texts.load_failed);
  }
}

/** The form is there: ready, or with the reason of the last try, as the page came with one. */
function settle() {
  show(cameWith ? "declined" : "ready", cameWith);
  cameWith = "";
}

// --- paying ------------------------------------------------------------------------------------------------------

async function confirm(event) {
  event.preventDefault();
  if (STATES[state].form !== "on") return; // the second click, the second Enter
  show("submitting");
  try {
    if (!(await mayPay())) return;
    const stopWatching = watchForTheBank();
    const confirmParams = { return_url: returnAddress };
    const asked = stripe.confirmPayment({ elements, confirmParams, redirect: "if_required" });
    const { error } = await asked.finally(stopWatching);
    await conclude(error);
  } catch {
    await check(texts.try_again);
  }
}

async function conclude(error) {
  if (!error) return leaveFor(settings.result);
  if (error.type === "validation_error") return show("ready"); // the form itself says which field
  if (error.type !== "card_error" && error.code !== NOT_AUTHENTICATED) return check(texts.try_again);
  const reason = reasons[error.decline_code || error.code] ?? unknown;
  const now = await ask(settings.status, { timeout: LONGEST_LOOK }).catch(() => ({}));
  return goOnFrom(now, reason);
}

/** Stripe.js lays the bank's question over the page and says nothing: it is there when the page is no longer on top. */
function watchForTheBank() {
  const before = new Set(document.body.children);
  const isCovered = () => {
    const top = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 2);
    return [...document.body.children].some((child) => !before.has(child) && child.contains(top));
  };
  const look = () => {
    const next = isCovered() ? "challenged" : "submitting";
    if (next !== state && ["challenged", "submitting"].includes(state)) show(next);
  };
  const timer = setInterval(look, 200);
  return () => clearInterval(timer);
}

form.addEventListener("submit", confirm);
part("reload").addEventListener("click", () => window.location.reload());
window.addEventListener("pageshow", (event) => event.persisted && check()); // back from the browser's own memory
window
  .matchMedia("(prefers-color-scheme: dark)")
  .addEventListener("change", () => elements?.update({ appearance: appearance() }));
load();
