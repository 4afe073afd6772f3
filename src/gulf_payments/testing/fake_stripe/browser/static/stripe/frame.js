// The iframe that an Element's fields live in, and the talk with it: calls are answered, events come by themselves.

let frames = 0;

const OPENS_WITHIN_MILLISECONDS = 15000;

class Frame {
  #iframe = document.createElement("iframe");
  #port = null;
  #connected;
  #connect;
  #waiting = new Map();
  #calls = 0;
  #onEvent;

  constructor(base, title, onEvent) {
    this.#onEvent = onEvent;
    this.#connected = new Promise((resolve) => (this.#connect = resolve));
    frames += 1;
    // The name that tests written for real Stripe.js look for.
    Object.assign(this.#iframe, { name: `__privateStripeFrame${frames}`, title, src: `${base}/elements/frame.html` });
    this.#iframe.setAttribute("allow", "payment *");
    // Four pixels on each side leave room for the ring round a field that has the focus.
    Object.assign(this.#iframe.style, {
      border: "0",
      colorScheme: "light",
      display: "block",
      height: "0",
      margin: "-4px",
      width: "calc(100% + 8px)",
    });
  }

  /** Put the iframe into the page and its fields into the iframe; an Error if it does not answer. */
  async open(holder, settings) {
    const loaded = new Promise((resolve) => this.#iframe.addEventListener("load", resolve, { once: true }));
    holder.append(this.#iframe);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#hear(data);
    this.#iframe.contentWindow?.postMessage({ fakeStripe: "fields" }, new URL(this.#iframe.src).origin, [port2]);
    const late = setTimeout(() => this.#fail("The fields could not be loaded."), OPENS_WITHIN_MILLISECONDS);
    const opened = this.#post("open", settings);
    this.#connect();
    await opened;
    clearTimeout(late);
  }

  close() {
    this.#fail("The Element was unmounted.");
    this.#port?.close();
    this.#iframe.remove();
  }

  /** Have the fields do something, as soon as they are there; what they answer. */
  async call(name, argument) {
    await this.#connected;
    return this.#post(name, argument);
  }

  #post(name, argument) {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, name, argument });
    });
  }

  /** The same where no answer is waited for. */
  tell(name, argument) {
    this.call(name, argument).catch(() => {});
  }

  #fail(why) {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }

  #hear({ id, result, failure, event, detail }) {
    if (event === "height") this.#iframe.style.height = `${detail}px`;
    else if (event) this.#onEvent(event, detail);
    else if (failure) this.#waiting.get(id)?.reject(new Error(failure));
    else this.#waiting.get(id)?.resolve(result);
    this.#waiting.delete(id);
  }
}
