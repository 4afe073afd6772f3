// Asks the shop what became of a payment, ever more rarely and never behind the customer's back.

const SECONDS = [1, 2, 3, 5, 8, 13, 21, 34, 60];
const LONGEST_ANSWER = 10_000;

/** The shop's answer to a JSON request: `{ status, retryAfter, ...its content }`. Throws without a connection. */
export async function ask(url, options = {}) {
  const signal = AbortSignal.timeout(options.timeout ?? LONGEST_ANSWER);
  const response = await fetch(url, { cache: "no-store", headers: { Accept: "application/json" }, signal, ...options });
  const content = await response.json();
  return { ...content, status: response.status, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
}

/** What the shop says became of it, each answer after a longer wait, until asking is no longer worth it. */
export async function* answers(url, { endless = false } = {}) {
  for (let turn = 0; endless || turn < SECONDS.length; turn += 1) {
    await pause(SECONDS[Math.min(turn, SECONDS.length - 1)] * 1000);
    await seen();
    const answer = await ask(url).catch(() => null); // no connection, or no JSON: the next turn may know more
    if (answer?.status === 200 || answer?.status === 404) yield answer; // anything else may pass
  }
}

/** Wait, but no longer than until the connection is back. */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const done = () => (window.removeEventListener("online", done), clearTimeout(timer), resolve());
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
  });
}

/** Wait until somebody looks at the page. */
function seen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

/** The result page: `data-poll` is what to ask, `data-state` what it shows, `data-later` what to say in the end. */
async function follow(page) {
  const told = page.querySelector("[role=status]");
  for await (const { state, settled, url, message } of answers(page.dataset.poll)) {
    if (settled || state !== page.dataset.state) return window.location.replace(url);
    if (told.textContent !== message) told.textContent = message;
  }
  told.textContent = page.dataset.later;
}

const page = document.querySelector("[data-poll]");
if (page) {
  follow(page);
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
}
