// One field: its label, its input, its error, as the browser and a screen reader see them.
import { digitsOf } from "./card.js";
import { FIELDS } from "./fields.js";

export class Field {
  #rules;
  #text;
  #input;
  #label = document.createElement("label");
  #error = document.createElement("p");
  #hint = null;
  #brand = null;
  #digits = "";
  element = document.createElement("div");
  asked = true;
  /** The name of the error's text that is shown, or null. */
  complaint = null;

  constructor(kind, name, { text, choices, listen }) {
    this.#rules = FIELDS[name];
    this.#text = text;
    // The ids and names that tests written for real Stripe.js look for.
    const id = `${kind}-${name}Input`;
    this.#input = choices ? chooser(choices) : document.createElement("input");
    Object.assign(this.#input, { id, name, className: "Input", autocomplete: this.#rules.autocomplete });
    Object.assign(this.#label, { className: "Label", htmlFor: id, textContent: text(name) });
    Object.assign(this.#error, { className: "Error", id: `${id}-error` });
    this.#error.setAttribute("role", "alert");
    this.#input.setAttribute("aria-describedby", this.#error.id);
    this.#input.setAttribute("aria-required", String(name !== "line2" && name !== "state"));
    this.#input.setAttribute("aria-invalid", "false");
    if (!choices) this.#dressInput();
    this.#assemble(name);
    this.#input.addEventListener("input", (event) => (this.#rewrite(event), listen.typed()));
    this.#input.addEventListener("blur", () => this.#input.value && listen.left());
  }

  #dressInput() {
    const { type = "text", figures, latin, placeholder = "" } = this.#rules;
    Object.assign(this.#input, { type, placeholder, spellcheck: false, autocapitalize: "none" });
    if (figures) this.#input.inputMode = "numeric";
    // Figures and Latin text run from left to right in an Arabic form too.
    if (figures || latin) this.#input.dir = "ltr";
  }

  #assemble(name) {
    const box = document.createElement("div");
    box.className = "Box";
    box.append(this.#input);
    if (name === "number") {
      this.#brand = document.createElement("span");
      this.#brand.setAttribute("aria-hidden", "true");
      box.append(this.#brand);
    }
    Object.assign(this.element, { className: `Field Field--${name}` });
    this.element.append(this.#label, box, this.#error);
    if (!this.#rules.hint) return;
    this.#hint = document.createElement("span");
    Object.assign(this.#hint, { className: "Hidden", id: `${this.#input.id}-hint` });
    this.#input.setAttribute("aria-describedby", `${this.#error.id} ${this.#hint.id}`);
    this.element.append(this.#hint);
  }

  get value() {
    return this.#input.value;
  }

  set value(text) {
    this.#input.value = this.#rules.write(text);
    this.#digits = digitsOf(this.#input.value);
  }

  set label(text) {
    this.#label.textContent = text;
  }

  set placeholder(text) {
    this.#input.placeholder = text;
  }

  set readOnly(on) {
    if (this.#rules.choice) this.#input.disabled = on;
    else this.#input.readOnly = on;
  }

  /** Write what was typed in as it is usually written, with the caret where the same figures are before it. */
  #rewrite({ inputType = "" }) {
    const { figures, write } = this.#rules;
    if (!figures) return;
    const input = this.#input;
    const deleted = inputType.startsWith("delete") && digitsOf(input.value) === this.#digits;
    const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
    const atEnd = input.selectionStart === input.value.length;
    // Whoever deletes a separator means the figure before it.
    input.value = write(deleted && atEnd ? this.#digits.slice(0, -1) : input.value);
    this.#digits = digitsOf(input.value);
    if (!atEnd) input.setSelectionRange(...spot(input.value, before));
  }

  /** The name of what is wrong, or null. */
  error(values) {
    return this.#rules.check(this.value, values);
  }

  complain(code) {
    this.complaint = code;
    this.#error.textContent = code ? this.#text(code) : "";
    this.#input.setAttribute("aria-invalid", String(Boolean(code)));
    this.#input.classList.toggle("Input--invalid", Boolean(code));
  }

  hint(values) {
    if (this.#hint) this.#hint.textContent = this.#text(this.#rules.hint(values));
    this.element.hidden = !this.asked;
  }

  /** Show the brand of a card. */
  mark(brand) {
    this.#brand.className = `Brand Brand--${brand}`;
  }

  focus() {
    this.#input.focus();
  }
}

function chooser(choices) {
  const select = document.createElement("select");
  select.append(...choices.map(({ code, name }) => new Option(name, code)));
  return select;
}

/** The caret's place behind so many figures. */
function spot(text, figures) {
  let place = 0;
  for (let seen = 0; seen < figures && place < text.length; place += 1) if (/\d/.test(text[place])) seen += 1;
  return [place, place];
}
