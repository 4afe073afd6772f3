// Confirming an intent and what follows: the bank's question, the way back to the shop.

const SETTLED = ["succeeded", "processing", "requires_capture", "requires_confirmation"];
const NAMES = { payment_intent: "PaymentIntent", setup_intent: "SetupIntent" };
const FRAMED_PAGE = "/redirect/authenticate/";
const never = new Promise(() => {});

class Confirming {
  #api;

  constructor(api) {
    this.#api = api;
  }

  /** Confirm; with `through`, by a frame that adds what its fields hold. */
  async confirm(intent, params, { through, handleActions = true } = {}) {
    const all = { ...params, client_secret: intent.secret, use_stripe_sdk: true };
    const prefix = "payment_method_data";
    const answer = await this.#api.post(`${intent.path}/${intent.id}/confirm`, all, { through, prefix });
    if (answer.error) return { error: answer.error };
    return handleActions ? this.#continued(intent, answer.object) : { [intent.result]: answer.object };
  }

  async retrieve(intent) {
    const { object, error } = await this.#api.get(`${intent.path}/${intent.id}`, { client_secret: intent.secret });
    return error ? { error } : { [intent.result]: object };
  }

  /** Have the customer do what the intent waits for. */
  async act(intent) {
    const found = await this.retrieve(intent);
    if (found.error) return found;
    const object = found[intent.result];
    if (object.status === "requires_action") return this.#continued(intent, object);
    const message = `The ${NAMES[intent.kind]} supplied is not in the requires_action state.`;
    const error = { type: "invalid_request_error", code: `${intent.kind}_unexpected_state`, message };
    return { error: { ...error, [intent.kind]: object } };
  }

  async #continued(intent, object) {
    if (object.status !== "requires_action") return this.#outcome(intent, object);
    const { type, redirect_to_url: redirect, use_stripe_sdk: sdk } = object.next_action;
    if (type === "redirect_to_url") {
      window.location.assign(redirect.url);
      return never;
    }
    // What else there may be to do, such as a bank transfer, is the shop's page to show.
    if (!sdk?.stripe_js) return { [intent.result]: object };
    await this.#ask(intent, sdk.stripe_js);
    const found = await this.retrieve(intent);
    return found.error ? found : this.#outcome(intent, found[intent.result]);
  }

  async #ask(intent, address) {
    // The page is this server's, under whatever name the browser knows it by.
    const url = new URL(this.#api.base + address.slice(address.indexOf(FRAMED_PAGE)));
    url.searchParams.set("locale", this.#api.language);
    url.searchParams.set("shop", window.location.host);
    const isOver = async () => {
      const found = await this.retrieve(intent);
      return found[intent.result] && found[intent.result].status !== "requires_action";
    };
    const answered = await askedByTheBank(url.href, this.#api.language, isOver);
    if (!answered) await walkOut(url);
  }

  #outcome(intent, object) {
    if (SETTLED.includes(object.status)) return { [intent.result]: object };
    const error = object[intent.lastError] ?? {
      type: "invalid_request_error",
      code: `${intent.kind}_unexpected_state`,
      message: `The ${intent.kind} has a status of ${object.status}.`,
    };
    return { error: { ...localised(error, this.#api.language), [intent.kind]: object } };
  }

  /** Leave for the shop's page, as it stands after a success; or hand the result over, if no one needs to leave. */
  leave(intent, result, { returnUrl, redirect }) {
    const object = result[intent.result];
    if (!object || redirect === "if_required") return result;
    const url = new URL(returnUrl);
    url.searchParams.set(intent.kind, object.id);
    url.searchParams.set(`${intent.kind}_client_secret`, intent.secret);
    url.searchParams.set("redirect_status", object.status === "processing" ? "processing" : "succeeded");
    window.location.assign(url);
    return never;
  }
}
