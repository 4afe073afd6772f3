// A group of Elements: what they are about (an intent, or an amount that gets its intent later), how they look.

const SECRET = /^((pi|seti)_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+$/;
const MODES = ["payment", "setup", "subscription"];

/** What there is to know of a kind of intent, by the prefix of its id. */
const INTENTS = {
  pi: { kind: "payment_intent", path: "/v1/payment_intents", result: "paymentIntent", lastError: "last_payment_error" },
  seti: { kind: "setup_intent", path: "/v1/setup_intents", result: "setupIntent", lastError: "last_setup_error" },
};

/** The intent that a client secret opens: its id, its secret, its kind. */
function intentOf(secret, caller, name = "clientSecret") {
  const [, id, prefix] = (typeof secret === "string" && SECRET.exec(secret)) || [];
  if (!id) {
    const given = typeof secret === "string" ? secret.replace(/_secret_.*/, "_secret_…") : typeof secret;
    refuse(
      `Invalid value for ${caller}: ${name} should be a client secret of the form \${id}_secret_\${secret}. ` +
        `You specified: ${given}.`,
    );
  }
  return { id, secret, ...INTENTS[prefix] };
}

class Elements {
  #api;
  #options;
  #elements = new Map();
  #session = null;
  #submitted = false;

  constructor(api, options) {
    this.#api = api;
    this.#options = { ...options };
    this.#check();
  }

  #check() {
    const { clientSecret, mode, amount, currency } = this.#options;
    if (clientSecret !== undefined && mode !== undefined) {
      refuse("Invalid value for elements(): pass either clientSecret or mode, not both.");
    }
    if (clientSecret !== undefined) intentOf(clientSecret, "elements()");
    if (mode === undefined) return;
    if (!MODES.includes(mode))
      refuse(`Invalid value for elements(): mode should be one of: ${MODES.join(", ")}. You specified: ${mode}.`);
    if (mode === "payment" && !(Number.isInteger(amount) && amount > 0)) {
      refuse(`Invalid value for elements(): amount must be an integer greater than 0 when mode is "payment".`);
    }
    if (typeof currency !== "string") refuse("Invalid value for elements(): currency should be a string.");
  }

  get look() {
    const { appearance = {}, fonts = [], locale } = this.#options;
    const language = locale === undefined ? this.#api.language : languageOf(locale);
    return { base: this.#api.base, language, appearance, fonts };
  }

  get clientSecret() {
    return this.#options.clientSecret;
  }

  /** Whether the intent comes later, and what was said about it meanwhile. */
  get deferred() {
    return this.#options.mode === undefined ? null : this.#options;
  }

  /** Whether `submit` went well since the last time this was asked. */
  takeSubmitted() {
    const submitted = this.#submitted;
    this.#submitted = false;
    return submitted;
  }

  /** What the fields need to know of the payment: the intent or what stands in for it; `{ error }` without one. */
  session() {
    this.#session ??= this.#load();
    return this.#session;
  }

  async #load() {
    const [about, saved] = await Promise.all([this.#about(), this.#saved()]);
    return { ...about, ...saved };
  }

  async #about() {
    const { clientSecret, mode, currency, setupFutureUsage } = this.#options;
    if (clientSecret === undefined) return { saves: mode === "setup" || Boolean(setupFutureUsage), currency };
    const { id, secret, path, kind } = intentOf(clientSecret, "elements()");
    const { object, error } = await this.#api.get(`${path}/${id}`, { client_secret: secret });
    if (error) return { error };
    return { saves: kind === "setup_intent" || Boolean(object.setup_future_usage), currency: object.currency };
  }

  /** The cards that the customer's session lets this page show. */
  async #saved() {
    const { customerSessionClientSecret: secret } = this.#options;
    if (secret === undefined) return {};
    const body = new URLSearchParams({ customer_session: secret });
    const response = await fetch(`${this.#api.base}/elements/saved`, { method: "POST", body });
    if (response.ok) return { saved: await response.json() };
    return { error: { type: "invalid_request_error", message: say("session_over", this.#api.language) } };
  }

  create(type, options = {}) {
    if (ELEMENTS_LACKING.split(" ").includes(type)) lacking(`"${type}" Element`);
    if (!(type in ELEMENTS)) {
      const valid = Object.keys(ELEMENTS).join(", ");
      refuse(`A valid Element name must be provided. Valid Elements are:\n  ${valid}; you passed: ${type}.`);
    }
    if (ELEMENTS[type].needsIntent && !this.clientSecret && !this.deferred) {
      refuse(
        `In order to create a ${type} element, you must pass a valid PaymentIntent or SetupIntent client secret, or ` +
          'a mode, when creating the Elements group.\n  e.g. stripe.elements({clientSecret: "{{CLIENT_SECRET}}"})',
      );
    }
    if (this.#elements.has(type)) refuse(`Can only create one Element of type ${type} through the Elements instance.`);
    if (type === "address" && !["shipping", "billing"].includes(options.mode)) {
      refuse('You must pass the mode of an address Element: "shipping" or "billing".');
    }
    const element = new StripeElement(this, type, options);
    this.#elements.set(type, element);
    return element;
  }

  getElement(type) {
    return this.#elements.get(type) ?? null;
  }

  forget(type) {
    this.#elements.delete(type);
  }

  update(options) {
    const { clientSecret, ...others } = options;
    if (clientSecret !== undefined) refuse("Invalid value for elements.update(): clientSecret cannot be updated.");
    this.#options = { ...this.#options, ...others };
    this.#check();
    this.#renew();
  }

  async fetchUpdates() {
    const { error } = await this.#renew();
    return error ? { error } : {};
  }

  async #renew() {
    this.#session = null;
    const about = await this.session();
    const { language, appearance } = this.look;
    for (const element of this.#elements.values()) element.refresh({ language, appearance, about });
    return about;
  }

  /** Have every Element show what is missing; `{ error }` tells of the first. */
  async submit() {
    this.#submitted = false;
    for (const element of this.#elements.values()) {
      const error = await element.fields?.call("validate");
      if (error) return { error };
    }
    this.#submitted = true;
    return this.#elements.has("payment") ? { selectedPaymentMethod: "card" } : {};
  }

  /** Billing details and shipping, as the other Elements hold them. */
  async details() {
    const [email, address] = await Promise.all(
      ["linkAuthentication", "address"].map((type) => this.getElement(type)?.fields?.call("value")),
    );
    const billing = email ? { email: email.value.email } : {};
    if (!address) return { billing };
    if (this.getElement("address").options.mode === "shipping") return { billing, shipping: address.value };
    return { billing: { ...billing, ...address.value } };
  }
}
