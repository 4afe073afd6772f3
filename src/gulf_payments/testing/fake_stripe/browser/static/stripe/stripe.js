// `Stripe(key, options)`: what a shop's page calls.

const ADDRESS = /\/(?:v3\/?|([^/]+)\/stripe\.js)$/;
const SCRIPT = new URL(document.currentScript.src);
const BASE = SCRIPT.origin + SCRIPT.pathname.replace(ADDRESS, "");
const VERSION = ADDRESS.exec(SCRIPT.pathname)?.[1] ?? 3;

function checkKey(key) {
  if (key === undefined) refuse("Missing value for Stripe(): apiKey should be a string.");
  if (typeof key !== "string") refuse("Invalid value for Stripe(): apiKey should be a string.");
  if (key === "") refuse("Please call Stripe() with your publishable key. You used an empty string.");
  if (/^(sk|rk)_/.test(key)) {
    refuse("You should not use your secret key with Stripe.js.\nPlease pass a publishable key instead.");
  }
  if (!/^pk_(test|live)_[A-Za-z0-9_]+$/.test(key)) {
    refuse("Please call Stripe() with your publishable key. It starts with pk_test_ or pk_live_.");
  }
}

const ADDRESS_PARTS = ["line1", "line2", "city", "state", "country", "postal_code"];
const HIDEABLE = ["name", "email", "phone", ...ADDRESS_PARTS.map((name) => `address.${name}`)];

/** What the form is told not to ask, the shop's page must pass itself. */
function checkHidden(fields, billing, caller) {
  for (const path of HIDEABLE) {
    const names = path.split(".");
    const given = names.reduce((hash, name) => hash?.[name], billing);
    if (given !== undefined || !isHidden(fields?.billingDetails, names)) continue;
    refuse(
      `You specified "never" for fields.billing_details.${path} when creating the payment Element, but did not pass ` +
        `confirmParams.payment_method_data.billing_details.${path} when calling ${caller}.`,
    );
  }
}

/** Whether an option, or the whole that it is a part of, is "never". */
function isHidden(option, [name, ...inner]) {
  if (name === undefined || typeof option !== "object" || option === null) return option === "never";
  return isHidden(option[name === "postal_code" ? "postalCode" : name], inner);
}

class StripeInstance {
  #api;
  #confirming;

  constructor(key, options) {
    checkKey(key);
    this.#api = new Api(BASE, key, options);
    this.#confirming = new Confirming(this.#api);
    for (const name of CALLS_LACKING.split(" ")) this[name] = () => lacking(`stripe.${name}()`);
  }

  elements(options = {}) {
    return new Elements(this.#api, options);
  }

  /** Pay with what the Payment Element holds. */
  confirmPayment(options) {
    return this.#confirmGroup("stripe.confirmPayment()", "payment_intent", options);
  }

  /** Save what the Payment Element holds for later. */
  confirmSetup(options) {
    return this.#confirmGroup("stripe.confirmSetup()", "setup_intent", options);
  }

  async #confirmGroup(caller, kind, { elements, clientSecret, confirmParams = {}, redirect = "always" } = {}) {
    const intent = intentOf(clientSecret ?? elements?.clientSecret, caller);
    if (intent.kind !== kind) refuse(`Invalid value for ${caller}: clientSecret is that of another kind of intent.`);
    const { return_url: returnUrl, ...params } = confirmParams;
    if (redirect !== "if_required" && !returnUrl) {
      refuse(
        `Missing value for ${caller}: confirmParams.return_url should be a string, unless redirect is "if_required".`,
      );
    }
    if (returnUrl && !/^https?:\/\/[^/]/.test(returnUrl)) return { error: notAnAddress() };
    const known = await this.#filledIn(elements, intent, params, caller);
    if (known.error) return known;
    const result = await this.#confirming.confirm(intent, known.params, { through: known.through });
    return this.#confirming.leave(intent, result, { returnUrl, redirect });
  }

  /** The parameters with what the Elements hold; those of an own payment method need no Elements. */
  async #filledIn(elements, intent, params, caller) {
    if (!elements) return { params };
    const element = elements.getElement("payment");
    if (!element?.fields) refuse(`Invalid value for ${caller}: elements should have a mounted Payment Element.`);
    const { payment_method_data: data = {}, ...others } = params;
    checkHidden(element.options.fields, data.billing_details, caller);
    const error = await this.#submitted(elements, intent, caller);
    if (error) return { error };
    const { billing, shipping } = await elements.details();
    const details = { ...billing, ...data.billing_details };
    if (billing.address) details.address = { ...billing.address, ...data.billing_details?.address };
    return {
      params: { shipping, ...others, payment_method_data: { ...data, billing_details: details } },
      through: element.fields,
    };
  }

  async #submitted(elements, intent, caller) {
    if (!elements.deferred) return (await elements.submit()).error;
    if (!elements.takeSubmitted()) refuse(`elements.submit() must be called, and go well, before ${caller}.`);
    const { mode, amount, currency } = elements.deferred;
    if (mode !== "payment") return undefined;
    const { paymentIntent, error } = await this.#confirming.retrieve(intent);
    if (error || (paymentIntent.amount === amount && paymentIntent.currency === currency.toLowerCase())) return error;
    const message =
      "The amount and currency of the PaymentIntent do not match those that were given to stripe.elements().";
    return { type: "invalid_request_error", code: "payment_intent_mismatch", message };
  }

  confirmCardPayment(clientSecret, data = {}, options = {}) {
    return this.#confirmCard("stripe.confirmCardPayment()", "payment_intent", clientSecret, data, options);
  }

  confirmCardSetup(clientSecret, data = {}, options = {}) {
    return this.#confirmCard("stripe.confirmCardSetup()", "setup_intent", clientSecret, data, options);
  }

  async #confirmCard(
    caller,
    kind,
    clientSecret,
    { payment_method: method, return_url: _unused, ...params },
    { handleActions = true },
  ) {
    const intent = intentOf(clientSecret, caller, "the first argument");
    if (intent.kind !== kind) refuse(`Invalid value for ${caller}: that is the secret of another kind of intent.`);
    if (typeof method !== "object" || method === null) {
      return this.#confirming.confirm(intent, { ...params, payment_method: method }, { handleActions });
    }
    const { card, ...others } = method;
    const { through, error } = await this.#cardFields(card, caller);
    if (error) return { error };
    return this.#confirming.confirm(intent, { ...params, payment_method_data: others }, { through, handleActions });
  }

  /** The fields of a card Element, if they are filled in. */
  async #cardFields(element, caller) {
    if (!(element instanceof StripeElement)) lacking(`card in ${caller} but a card Element or a PaymentMethod's id`);
    if (!element.fields)
      refuse("We could not retrieve data from the specified Element. Please make sure it is still mounted.");
    return { through: element.fields, error: await element.fields.call("validate") };
  }

  async createPaymentMethod({ elements, params = {}, type, card, ...others }) {
    const caller = "stripe.createPaymentMethod()";
    if (!elements && type !== "card") lacking(`PaymentMethod of type "${type}"`);
    const element = elements ? elements.getElement("payment") : card;
    if (elements?.deferred && !elements.takeSubmitted()) refuse(`elements.submit() must be called before ${caller}.`);
    const { through, error } = await this.#cardFields(element, caller);
    if (error) return { error };
    const { billing = {} } = elements ? await elements.details() : {};
    const given = elements ? params : others;
    const all = { ...given, billing_details: { ...billing, ...given.billing_details } };
    const made = await this.#api.post("/v1/payment_methods", all, { through });
    return made.error ? { error: made.error } : { paymentMethod: made.object };
  }

  async retrievePaymentIntent(clientSecret) {
    return this.#confirming.retrieve(intentOf(clientSecret, "stripe.retrievePaymentIntent()", "the first argument"));
  }

  async retrieveSetupIntent(clientSecret) {
    return this.#confirming.retrieve(intentOf(clientSecret, "stripe.retrieveSetupIntent()", "the first argument"));
  }

  async handleNextAction({ clientSecret } = {}) {
    return this.#confirming.act(intentOf(clientSecret, "stripe.handleNextAction()"));
  }

  async handleCardAction(clientSecret) {
    return this.#confirming.act(intentOf(clientSecret, "stripe.handleCardAction()", "the first argument"));
  }

  /** Libraries that wrap Stripe.js tell who they are; nobody here needs to know. */
  registerAppInfo() {}

  _registerWrapper() {}
}

function notAnAddress() {
  const message = "Not a valid URL: return_url must begin with http:// or https://.";
  return { type: "invalid_request_error", code: "url_invalid", param: "return_url", message };
}

function Stripe(key, options = {}) {
  return new StripeInstance(key, options ?? {});
}
Stripe.version = VERSION;
window.Stripe = Stripe;
