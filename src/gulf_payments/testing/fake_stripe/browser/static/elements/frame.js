// The page in an Element's iframe. The shop's page opens a channel to it and calls; what is typed in stays here and
// goes to the API alone.
import { dress } from "./appearance.js";
import { Form } from "./form.js";

const BASE = window.location.href.replace(/\/elements\/frame\.html.*/, "");

class Page {
  #port;
  #form;

  constructor(port) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#answer(data);
  }

  async #answer({ id, name, argument }) {
    try {
      this.#port.postMessage({ id, result: await this[name](argument) });
    } catch (failure) {
      this.#port.postMessage({ id, failure: String(failure.message) });
    }
  }

  #tell(event, detail) {
    this.#port.postMessage({ event, detail });
  }

  open({ kind, language, appearance, fonts, about, options }) {
    const root = document.getElementById("root");
    new ResizeObserver(() => this.#tell("height", Math.ceil(root.getBoundingClientRect().height))).observe(root);
    dress(appearance, fonts);
    this.#form = new Form(root, kind, (event, detail) => this.#tell(event, detail));
    this.#form.show({ language, about, options });
    document.addEventListener("keydown", ({ key, target }) => {
      if (key === "Escape") this.#tell("escape", {});
      if (key === "Enter" && target instanceof HTMLInputElement) this.#tell("enter", {});
    });
    document.addEventListener("focusin", ({ relatedTarget }) => relatedTarget || this.#tell("focus", {}));
    document.addEventListener("focusout", ({ relatedTarget }) => relatedTarget || this.#tell("blur", {}));
  }

  update({ appearance, ...settings }) {
    if (appearance) dress(appearance);
    this.#form.show(settings);
  }

  validate() {
    return this.#form.validate();
  }

  value() {
    return this.#form.value();
  }

  focus() {
    this.#form.focus();
  }

  blur() {
    document.activeElement?.blur();
  }

  clear() {
    this.#form.clear();
  }

  collapse() {
    this.#form.collapse();
  }

  /** Send a request of the shop's page with what the fields hold; what the page itself says has precedence. */
  async send({ path, headers, pairs, prefix }) {
    const { chosen } = this.#form;
    const body = new URLSearchParams(chosen ? { payment_method: chosen } : this.#form.pairs(prefix));
    for (const [name, value] of pairs) if (!chosen || !name.startsWith("payment_method_data[")) body.set(name, value);
    const response = await fetch(BASE + path, { method: "POST", headers, body });
    return response.json();
  }
}

window.addEventListener("message", ({ source, data, ports }) => {
  if (source === window.parent && data?.fakeStripe === "fields") new Page(ports[0]);
});
