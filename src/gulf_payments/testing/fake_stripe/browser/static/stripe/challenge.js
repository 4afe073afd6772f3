// 3-D Secure inside the shop's page: the bank's page in a dialog, until it is answered or closed.

const DIALOG_STYLE = `
  dialog { border: 0; border-radius: 16px; padding: 0; inline-size: min(480px, calc(100vw - 24px));
    block-size: min(var(--height, 580px), calc(100vh - 24px)); overflow: hidden; background: #ffffff; color: #16202b;
    box-shadow: 0 24px 64px rgb(0 0 0 / 35%); }
  dialog::backdrop { background: rgb(16 22 28 / 60%); }
  iframe { border: 0; inline-size: 100%; block-size: 100%; display: block; color-scheme: light dark; }
  button { position: absolute; inset-block-start: 8px; inset-inline-end: 8px; inline-size: 44px; block-size: 44px;
    border: 0; border-radius: 50%; font: 24px/1 system-ui, sans-serif; color: inherit; background: transparent;
    cursor: pointer; }
  button:hover { background: rgb(128 140 150 / 25%); }
  button:focus-visible { outline: 3px solid #0b5c52; outline-offset: -3px; }
  @media (prefers-color-scheme: dark) {
    dialog { background: #1a222b; color: #eef2f5; }
    button:focus-visible { outline-color: #4fc3b0; }
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog[open] { animation: rise 160ms ease-out; }
    @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
  }
`;
const POLL_MILLISECONDS = 1000;

/** The dialog, in a shadow root that the page's own styles do not reach. */
function dialogAbout(url, language) {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(DIALOG_STYLE);
  root.adoptedStyleSheets = [style];
  const dialog = document.createElement("dialog");
  const close = document.createElement("button");
  const frame = document.createElement("iframe");
  dialog.setAttribute("aria-label", say("bank_dialog", language));
  Object.assign(dialog, { lang: language, dir: language === "ar" ? "rtl" : "ltr" });
  Object.assign(close, { type: "button", textContent: "×" });
  close.setAttribute("aria-label", say("bank_close", language));
  Object.assign(frame, { name: "stripe-challenge-frame", title: say("bank_name", language), src: url });
  dialog.append(frame, close);
  root.append(dialog);
  document.body.append(host);
  return { host, dialog, close, frame };
}

/**
 * Show the bank's page and wait. True if the customer answered there, or the question is gone by itself (`isOver`, a
 * test may answer it from outside); false if the dialog was closed.
 */
async function askedByTheBank(url, language, isOver) {
  const { host, dialog, close, frame } = dialogAbout(url, language);
  const ended = new AbortController();
  const answered = new Promise((resolve) => {
    const { signal } = ended;
    const hear = ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== new URL(url).origin) return;
      if (data?.fakeStripe === "answered") resolve(true);
      if (data?.fakeStripe === "escape") resolve(false);
      if (data?.fakeStripe === "shown") dialog.style.setProperty("--height", `${Number(data.height)}px`);
    };
    window.addEventListener("message", hear, { signal });
    close.addEventListener("click", () => resolve(false), { signal });
    dialog.addEventListener("cancel", (event) => (event.preventDefault(), resolve(false)), { signal });
    const poll = setInterval(async () => (await isOver()) && resolve(true), POLL_MILLISECONDS);
    signal.addEventListener("abort", () => clearInterval(poll));
  });
  dialog.showModal();
  try {
    return await answered;
  } finally {
    ended.abort();
    dialog.close();
    host.remove();
  }
}

/** Tell the bank that the customer walked out. Its answer is not needed, so no permission to read it is. */
async function walkOut(url) {
  await fetch(url, { method: "POST", mode: "no-cors", body: new URLSearchParams({ outcome: "cancel" }) });
}
