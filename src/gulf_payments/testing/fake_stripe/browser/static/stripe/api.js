// The API, asked with a publishable key. An answer is `{ object }` or `{ error }`.

/** Nested parameters as pairs in bracket notation: { a: { b: 1 } } is [["a[b]", "1"]]; null and undefined go. */
function pairsOf(params, prefix = "") {
  return Object.entries(params).flatMap(([name, value]) => {
    const full = prefix ? `${prefix}[${name}]` : name;
    if (value === null || value === undefined) return [];
    return typeof value === "object" ? pairsOf(value, full) : [[full, String(value)]];
  });
}

class Api {
  constructor(base, key, { apiVersion, stripeAccount, locale }) {
    this.base = base;
    this.language = languageOf(locale);
    this.headers = { Authorization: `Bearer ${key}` };
    if (apiVersion) this.headers["Stripe-Version"] = apiVersion;
    if (stripeAccount) this.headers["Stripe-Account"] = stripeAccount;
  }

  get(path, params) {
    return this.answer(() => this.#fetch(`${path}?${new URLSearchParams(pairsOf(params))}`, {}));
  }

  /** With `through`, a frame sends the request and adds what its fields hold, which this page never sees. */
  post(path, params, { through, prefix = "" } = {}) {
    const pairs = pairsOf(params);
    if (through) return this.answer(() => through.call("send", { path, headers: this.headers, pairs, prefix }));
    return this.answer(() => this.#fetch(path, { method: "POST", body: new URLSearchParams(pairs) }));
  }

  async #fetch(path, options) {
    const response = await fetch(this.base + path, { ...options, headers: this.headers });
    return response.json();
  }

  async answer(ask) {
    try {
      const body = await ask();
      return body.error ? { error: localised(body.error, this.language) } : { object: body };
    } catch {
      return { error: { type: "api_connection_error", message: say("api_connection_error", this.language) } };
    }
  }
}
