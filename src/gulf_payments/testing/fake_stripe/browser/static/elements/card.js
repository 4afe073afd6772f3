// Card numbers, expiry dates, security codes: how they are written, what is wrong with them. Nothing here keeps any.
import { TEST_CARDS } from "./cards.js";

const BRANDS = [
  { name: "amex", start: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { name: "diners", start: /^3(0[0-5]|[689])/, lengths: [14, 16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "jcb", start: /^35/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "unionpay", start: /^(62|81)/, lengths: [16, 17, 18, 19], groups: [4, 4, 4, 4, 3], cvc: 3 },
  { name: "discover", start: /^6(011|4[4-9]|5)/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "mastercard", start: /^(5[1-5]|2[2-7])/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "visa", start: /^4/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
];
const UNKNOWN = { name: "unknown", lengths: [16], groups: [4, 4, 4, 4, 3], cvc: 3 };
const FURTHEST_YEARS = 50;

/** The digits of a text, Arabic ones too. */
export function digitsOf(text) {
  const latin = text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) - 0x660) % 0x90));
  return latin.replace(/\D/g, "");
}

export function brandOf(digits) {
  return BRANDS.find(({ start }) => start.test(digits)) ?? UNKNOWN;
}

/** "4242 4242 4242 4242" */
export function groupedNumber(text) {
  const digits = digitsOf(text);
  const { groups, lengths } = brandOf(digits);
  const parts = [];
  let rest = digits.slice(0, Math.max(...lengths));
  for (const size of groups) {
    if (rest) parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(" ");
}

/** "12 / 34"; a month that is clear from its first digit gets its zero, a year of four digits loses two. */
export function writtenExpiry(text) {
  const [left, right] = text.split(/[/-]/, 2);
  const typed = digitsOf(left);
  const oneDigit = (typed.length === 1 && right !== undefined) || typed[0] > "1" || Number(typed.slice(0, 2)) > 12;
  const digits = oneDigit ? `0${typed}` : typed;
  if (digits.length < 2) return digits;
  const year = digits.slice(2) + digitsOf(right ?? "");
  return `${digits.slice(0, 2)} / ${year.length > 2 && year.startsWith("20") ? year.slice(2, 4) : year.slice(0, 2)}`;
}

export function expiryOf(text) {
  const digits = digitsOf(text);
  return { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2, 4)) };
}

/** What is wrong with a number, by the name of its text; null if it is a test card's. */
export function numberError(text) {
  const digits = digitsOf(text);
  if (digits in TEST_CARDS) return null;
  const { lengths } = brandOf(digits);
  if (digits.length < lengths[0]) return "incomplete_number";
  return passesLuhn(digits) ? "test_mode_live_card" : "invalid_number";
}

function passesLuhn(digits) {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const sum = [...digits].reverse().reduce((total, digit, at) => total + (at % 2 ? doubled[digit] : Number(digit)), 0);
  return sum % 10 === 0;
}

export function expiryError(text, today = new Date()) {
  if (digitsOf(text).length < 4) return "incomplete_expiry";
  const { month, year } = expiryOf(text);
  if (month < 1 || month > 12) return "incomplete_expiry";
  if (year < today.getFullYear()) return "invalid_expiry_year_past";
  if (year > today.getFullYear() + FURTHEST_YEARS) return "invalid_expiry_year";
  return year === today.getFullYear() && month <= today.getMonth() ? "invalid_expiry_month_past" : null;
}

export function cvcError(text, number) {
  return digitsOf(text).length < brandOf(digitsOf(number)).cvc ? "incomplete_cvc" : null;
}
