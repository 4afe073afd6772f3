// The form itself: builds its fields, writes what is typed in, says what is wrong, tells how complete it is.
import { build } from "./build.js";
import { brandOf, digitsOf, expiryOf } from "./card.js";
import { Field } from "./field.js";
import { ROWS } from "./fields.js";
import { countries, hasPostalCodes, likelyCountry, postalLabel } from "./places.js";
import { SavedCards } from "./saved.js";
import { WORDS } from "./words.js";

const CARD = ["number", "expiry", "cvc"];
const ADDRESS = ["line1", "line2", "city", "state", "country", "postalCode"];
const API_NAMES = { postalCode: "postal_code" };

export class Form {
  #root;
  #kind;
  #tell;
  #settings = {};
  #fields = new Map();
  #saved = null;
  #open = true;
  #told = "";

  constructor(root, kind, tell) {
    this.#root = root;
    this.#kind = kind;
    this.#tell = tell;
  }

  /** Show the form, or show it anew where its language, options or payment have changed; what is typed in stays. */
  show(settings) {
    const before = JSON.stringify(this.#settings);
    Object.assign(this.#settings, settings);
    if (JSON.stringify(this.#settings) === before) return;
    const { about, language } = this.#settings;
    Object.assign(document.documentElement, { lang: language, dir: language === "ar" ? "rtl" : "ltr" });
    if (about.saved && this.#kind === "payment") this.#saved ??= this.#savedCards(about.saved);
    this.#open =
      this.#accordion === null || (this.#told ? this.#open : !this.#settings.options.layout.defaultCollapsed);
    this.#rebuild();
    this.#root.removeAttribute("aria-busy");
    this.#rearranged();
  }

  #rebuild() {
    const { activeElement } = document;
    const typed = this.#values();
    const complaints = [...this.#fields].map(([name, field]) => [name, field.complaint]);
    this.#fields = new Map(this.#names().map((name) => [name, this.#field(name)]));
    this.#fill({ ...this.#defaults(), ...typed });
    for (const [name, complaint] of complaints) this.#fields.get(name)?.complain(complaint);
    this.#root.replaceChildren(...this.#parts());
    this.#fields.get(activeElement?.name)?.focus();
  }

  #savedCards(saved) {
    const text = (name) => this.#text(name);
    return new SavedCards(saved, text, () => this.#rearranged());
  }

  get #accordion() {
    const { layout } = this.#settings.options;
    const type = typeof layout === "string" ? layout : layout?.type;
    return this.#kind === "payment" && type === "accordion" ? this.#text("card") : null;
  }

  #text(name) {
    return WORDS[name][this.#settings.language];
  }

  #names() {
    return ROWS[this.#kind].flat().filter((name) => !this.#hidden(name));
  }

  #hidden(name) {
    const { options } = this.#settings;
    if (this.#kind === "card") return name === "postalCode" && options.hidePostalCode === true;
    if (name === "phone") return options.fields?.phone !== "always";
    if (this.#kind !== "payment" || !ADDRESS.includes(name)) return false;
    const billing = options.fields?.billingDetails;
    const address = billing === "never" ? "never" : billing?.address;
    return ["never", "if_required"].includes(address?.[name] ?? address);
  }

  #field(name) {
    const { language, options } = this.#settings;
    const listen = { typed: () => this.#typed(name), left: () => this.#fields.get(name).complain(this.#error(name)) };
    const choices = name === "country" ? countries(language, options.allowedCountries) : null;
    const field = new Field(this.#kind, name, { text: (word) => this.#text(word), choices, listen });
    field.readOnly = options.readOnly === true || options.disabled === true;
    return field;
  }

  #defaults() {
    const { options, about } = this.#settings;
    const { address, ...person } =
      (this.#kind === "payment" ? options.defaultValues?.billingDetails : options.defaultValues) ?? {};
    const postal = address?.postal_code ?? options.value?.postalCode;
    return { country: likelyCountry(about.currency), ...person, ...address, ...(postal ? { postalCode: postal } : {}) };
  }

  #fill(values) {
    for (const [name, field] of this.#fields) if (values[name]) field.value = values[name];
    this.#arrange();
  }

  /** Whether a postal code is asked for depends on the country, the length of a security code on the number. */
  #arrange() {
    const values = this.#values();
    const label = this.#kind === "card" ? "postalCode" : postalLabel(values.country);
    const postal = this.#fields.get("postalCode");
    if (postal) postal.asked = this.#kind === "address" ? hasPostalCodes(values.country) : label !== null;
    if (postal && label) postal.label = this.#text(label);
    if (postal && this.#kind === "card") postal.placeholder = this.#text(label);
    this.#fields.get("number")?.mark(brandOf(digitsOf(values.number)).name);
    for (const field of this.#fields.values()) field.hint(values);
  }

  #parts() {
    const { saves } = this.#settings.about;
    const grid = build("div", { className: `Form Form--${this.#kind}` });
    for (const row of ROWS[this.#kind]) {
      const fields = row.filter((name) => this.#fields.has(name)).map((name) => this.#fields.get(name).element);
      if (fields.length) grid.append(build("div", { className: "Row" }, fields));
    }
    grid.append(...(this.#saved?.offer(saves) ?? []));
    const panel = build("div", { id: "fields" }, [...(this.#saved?.list() ?? []), grid, ...this.#terms()]);
    const note = build("p", { className: "Note", textContent: this.#text("note") });
    return this.#accordion === null ? [panel, note] : [this.#header(), panel, note];
  }

  #header() {
    const header = build("button", { className: "AccordionItem", type: "button", textContent: this.#accordion });
    header.setAttribute("aria-controls", "fields");
    header.addEventListener("click", () => this.#unfold(true));
    return header;
  }

  #unfold(open) {
    this.#open = open;
    this.#rearranged();
  }

  /** Show what is open: the fields, unless they are folded away or a saved card is chosen. */
  #rearranged() {
    this.#root.querySelector(".AccordionItem")?.setAttribute("aria-expanded", String(this.#open));
    document.getElementById("fields").hidden = !this.#open;
    this.#root.querySelector(".Form").hidden = Boolean(this.#saved?.chosen);
    this.#changed();
  }

  #terms() {
    const { about, options } = this.#settings;
    if (this.#kind !== "payment" || !about.saves || options.terms?.card === "never") return [];
    const business = options.business?.name ?? this.#text("terms_shop");
    return [build("p", { className: "Terms", textContent: this.#text("terms").replace("{business}", business) })];
  }

  #values() {
    return Object.fromEntries([...this.#fields].map(([name, field]) => [name, field.value]));
  }

  #error(name) {
    const field = this.#fields.get(name);
    return field.asked ? field.error(this.#values()) : null;
  }

  #errors() {
    if (this.#saved?.chosen) return [];
    return [...this.#fields.keys()].map((name) => ({ name, code: this.#error(name) })).filter(({ code }) => code);
  }

  #typed(name) {
    const field = this.#fields.get(name);
    // A number that is not a test card's may be a real one: it is forgotten as soon as it is whole.
    const refused = name === "number" && this.#error(name) === "test_mode_live_card";
    if (refused) field.value = "";
    field.complain(refused ? "test_mode_live_card" : null);
    this.#arrange();
    this.#changed(refused ? "test_mode_live_card" : null);
  }

  #changed(refused = null) {
    const state = this.#state(refused);
    const told = JSON.stringify(state);
    if (this.#told && told !== this.#told) this.#tell("change", state);
    this.#told = told;
  }

  #state(refused) {
    const asked = [...this.#fields].filter(([name, field]) => field.asked && name !== "country" && name !== "line2");
    const complete = this.#open && this.#errors().length === 0;
    const empty = !this.chosen && asked.every(([, field]) => field.value === "");
    switch (this.#kind) {
      case "payment":
        return { complete, empty, collapsed: !this.#open, value: this.#method() };
      case "card":
        return { complete, empty, ...this.#cardState(refused) };
      case "address":
        return { complete, empty, isNewAddress: true, value: this.#person() };
      default:
        return { complete, empty, value: this.#person() };
    }
  }

  #method() {
    return this.chosen ? { type: "card", payment_method: { id: this.chosen, type: "card" } } : { type: "card" };
  }

  #cardState(refused) {
    const { number, postalCode = "" } = this.#values();
    const shown = refused ?? [...this.#fields.values()].map((field) => field.complaint).find(Boolean);
    const error = shown ? this.#validationError(shown) : undefined;
    return { brand: brandOf(digitsOf(number)).name, error, value: { postalCode } };
  }

  #validationError(code) {
    return { type: "validation_error", code, message: this.#text(code) };
  }

  /** Show every error, put the focus on the first, and hand it back; null if there is none. */
  validate() {
    const [first, ...rest] = this.#errors();
    if (!first) return null;
    if (!this.#open) this.#unfold(true);
    for (const { name, code } of [first, ...rest]) this.#fields.get(name).complain(code);
    this.#fields.get(first.name).focus();
    return this.#validationError(first.code);
  }

  value() {
    return { complete: this.#errors().length === 0, value: this.#person() };
  }

  /** Name, e-mail, phone and address in the API's shape. */
  #person() {
    const values = this.#values();
    const address = ADDRESS.filter((name) => this.#fields.has(name));
    const others = ["name", "email", "phone"].filter((name) => this.#fields.has(name));
    const person = Object.fromEntries(others.map((name) => [name, values[name]]));
    if (address.length === 0) return person;
    return {
      ...person,
      address: Object.fromEntries(
        address.map((name) => [API_NAMES[name] ?? name, (this.#fields.get(name).asked && values[name]) || null]),
      ),
    };
  }

  /** The id of the saved card that the customer pays with, or null. */
  get chosen() {
    return this.#saved?.chosen ?? null;
  }

  /** The card as parameters of the API, each name under the prefix, if there is one. */
  pairs(prefix) {
    const { options, about } = this.#settings;
    const values = this.#values();
    const { month, year } = expiryOf(values.expiry);
    const { address = {}, ...person } = options.defaultValues?.billingDetails ?? {};
    const place = { ...address, country: values.country };
    if (this.#fields.get("postalCode")?.asked) place.postal_code = values.postalCode;
    const all = [
      ...under([], { type: "card" }),
      ...under(["card"], { number: digitsOf(values.number), exp_month: month, exp_year: year, cvc: values.cvc }),
      ...under(["billing_details"], person),
      ...under(["billing_details", "address"], place),
    ].map(([path, value]) => [inBrackets(prefix ? [prefix, ...path] : path), value]);
    return prefix && this.#saved ? [...all, ...this.#saved.parameters(about.saves)] : all;
  }

  focus() {
    (this.#root.querySelector("[aria-invalid=true]") ?? this.#root.querySelector("input, select"))?.focus();
  }

  clear() {
    for (const name of [...CARD, "postalCode"]) if (this.#fields.has(name)) this.#fields.get(name).value = "";
    for (const field of this.#fields.values()) field.complain(null);
    this.#arrange();
    this.#changed();
  }

  collapse() {
    if (this.#accordion !== null) this.#unfold(false);
  }
}

/** The members that have a value, each with its path. */
function under(path, members) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return given.map(([name, value]) => [[...path, name], String(value)]);
}

function inBrackets([first, ...inner]) {
  return first + inner.map((name) => `[${name}]`).join("");
}
