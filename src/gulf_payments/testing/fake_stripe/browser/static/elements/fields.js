// The fields that a form may have: how each is labelled, filled in by browsers, written and checked. Data.
import { brandOf, cvcError, digitsOf, expiryError, groupedNumber, numberError, writtenExpiry } from "./card.js";

const filled = (name) => (text) => (text.trim() ? null : name);
const figures = (most) => (text) => digitsOf(text).slice(0, most);
const asIs = (text) => text;
const postalError = (text, { country }) =>
  (country === "US" ? /^\d{5}(-?\d{4})?$/.test(text.trim()) : text.trim()) ? null : "incomplete_zip";

export const FIELDS = {
  number: {
    autocomplete: "cc-number",
    figures: true,
    placeholder: "1234 1234 1234 1234",
    write: groupedNumber,
    check: numberError,
  },
  expiry: {
    autocomplete: "cc-exp",
    figures: true,
    placeholder: "MM / YY",
    write: writtenExpiry,
    check: (text) => expiryError(text),
  },
  cvc: {
    autocomplete: "cc-csc",
    figures: true,
    placeholder: "CVC",
    hint: ({ number }) => (brandOf(digitsOf(number)).cvc === 4 ? "cvc_hint_amex" : "cvc_hint"),
    write: figures(4),
    check: (text, { number }) => cvcError(text, number),
  },
  country: { autocomplete: "billing country", choice: true, write: asIs, check: filled("incomplete_field") },
  postalCode: { autocomplete: "billing postal-code", latin: true, write: asIs, check: postalError },
  email: {
    autocomplete: "email",
    type: "email",
    latin: true,
    write: asIs,
    check: (text) => (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text.trim()) ? null : "invalid_email"),
  },
  name: { autocomplete: "name", write: asIs, check: filled("incomplete_field") },
  phone: { autocomplete: "tel", type: "tel", latin: true, write: asIs, check: filled("incomplete_field") },
  line1: { autocomplete: "address-line1", write: asIs, check: filled("incomplete_field") },
  line2: { autocomplete: "address-line2", write: asIs, check: () => null },
  city: { autocomplete: "address-level2", write: asIs, check: filled("incomplete_field") },
  state: { autocomplete: "address-level1", write: asIs, check: () => null },
};

/** Which fields each kind of form has, row by row. */
export const ROWS = {
  payment: [["number"], ["expiry", "cvc"], ["country", "postalCode"]],
  card: [["number"], ["expiry", "cvc", "postalCode"]],
  linkAuthentication: [["email"]],
  address: [["name"], ["country"], ["line1"], ["line2"], ["city", "state"], ["postalCode"], ["phone"]],
};
