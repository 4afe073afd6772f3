// One Element of the page: where it is mounted, whom it tells what.

const ELEMENTS = {
  payment: { frame: "frame_payment", needsIntent: true },
  card: { frame: "frame_payment" },
  linkAuthentication: { frame: "frame_other" },
  address: { frame: "frame_other" },
  expressCheckout: { frame: null, needsIntent: true },
};
const STATES = ["complete", "empty", "focus", "invalid"];

class StripeElement {
  #group;
  #type;
  #options;
  #frame = null;
  #holder = null;
  #destroyed = false;
  #state = { complete: false, empty: true };
  #listeners = new Map();

  constructor(group, type, options) {
    this.#group = group;
    this.#type = type;
    this.#options = options;
  }

  get options() {
    return this.#options;
  }

  /** The frame with the fields, once they are there to be asked. */
  get fields() {
    return this.#frame;
  }

  /** What the last `change` told. */
  get state() {
    return this.#state;
  }

  mount(where) {
    if (this.#destroyed) refuse("This Element has already been destroyed. Please create a new one.");
    const holder = typeof where === "string" ? document.querySelector(where) : where;
    if (!holder) {
      refuse(
        `The selector you specified (${where}) applies to no DOM elements that are currently on the page. ` +
          "Make sure the element exists on the page before calling mount().",
      );
    }
    if (holder === this.#holder) return this;
    if (this.#holder) refuse("This Element is already mounted. Use `unmount()` to unmount the Element first.");
    this.#holder = holder;
    holder.classList.add("StripeElement", "StripeElement--empty");
    this.#load();
    return this;
  }

  async #load() {
    const holder = this.#holder;
    await this.#tell("loaderstart", {});
    try {
      const about = await this.#group.session();
      if (about.error) throw Object.assign(new Error(about.error.message), { about: about.error });
      if (this.#holder !== holder) return;
      await this.#open(holder, about);
    } catch (failure) {
      const error = failure.about ?? { type: "api_error", message: failure.message };
      this.#tell("loaderror", { error });
    }
  }

  async #open(holder, about) {
    const { frame } = ELEMENTS[this.#type];
    if (frame === null) return this.#tell("ready", { availablePaymentMethods: undefined });
    const { base, language, appearance, fonts } = this.#group.look;
    const opened = new Frame(base, say(frame, language), (event, detail) => this.#hear(event, detail));
    this.#frame = opened;
    await opened.open(holder, { kind: this.#type, language, appearance, fonts, about, options: this.#options });
    return this.#tell("ready", {});
  }

  /** Listeners hear of a thing after the code that caused it has ended, as with real Stripe.js. */
  async #tell(event, detail) {
    await null;
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener({ elementType: this.#type, ...detail });
  }

  #hear(event, detail) {
    if (event === "enter") return this.#holder?.closest("form")?.requestSubmit();
    if (event === "change") this.#state = detail;
    if (event === "focus" || event === "blur") this.#mark({ focus: event === "focus" });
    if (event === "change")
      this.#mark({ complete: detail.complete, empty: detail.empty, invalid: Boolean(detail.error) });
    return this.#tell(event, detail);
  }

  #mark(states) {
    for (const [name, on] of Object.entries(states)) this.#holder?.classList.toggle(`StripeElement--${name}`, on);
  }

  unmount() {
    this.#frame?.close();
    this.#holder?.classList.remove("StripeElement", ...STATES.map((name) => `StripeElement--${name}`));
    this.#frame = null;
    this.#holder = null;
    return this;
  }

  destroy() {
    this.unmount();
    this.#destroyed = true;
    this.#group.forget(this.#type);
    return this;
  }

  update(options) {
    this.#options = { ...this.#options, ...options };
    this.#frame?.tell("update", { options: this.#options });
    return this;
  }

  /** The Elements that it belongs to look, or are about something, else now. */
  refresh(settings) {
    this.#frame?.tell("update", settings);
  }

  focus() {
    this.#frame?.tell("focus");
    return this;
  }

  blur() {
    this.#frame?.tell("blur");
    return this;
  }

  clear() {
    this.#frame?.tell("clear");
    return this;
  }

  collapse() {
    this.#frame?.tell("collapse");
    return this;
  }

  async getValue() {
    const { complete, value } = await this.#frame.call("value");
    return { complete, isNewAddress: true, value };
  }

  on(event, listener) {
    if (typeof listener !== "function")
      refuse(`Invalid value for on(): the handler of "${event}" should be a function.`);
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  once(event, listener) {
    const heard = (detail) => {
      this.off(event, heard);
      listener(detail);
    };
    heard.listener = listener;
    return this.on(event, heard);
  }

  off(event, listener) {
    const left = (this.#listeners.get(event) ?? []).filter(
      (one) => listener && one !== listener && one.listener !== listener,
    );
    this.#listeners.set(event, left);
    return this;
  }
}
