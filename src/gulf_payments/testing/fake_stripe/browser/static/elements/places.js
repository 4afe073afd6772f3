// Countries: their names come from the browser, and who has postal codes that a card's check asks for.

const CODES = (
  "AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA " +
  "CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF " +
  "GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN " +
  "KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC " +
  "NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SE SG SH SI SJ SK " +
  "SL SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU " +
  "WF WS XK YE YT ZA ZM ZW"
).split(" ");
const BY_CURRENCY = {
  aed: "AE",
  bhd: "BH",
  egp: "EG",
  gbp: "GB",
  jod: "JO",
  kwd: "KW",
  omr: "OM",
  qar: "QA",
  sar: "SA",
  usd: "US",
};
/** Where a card payment asks for the postal code. */
const ASKING = { CA: "postalCode", GB: "postalCode", US: "zip" };
/** Where there are no postal codes to write into an address. */
const WITHOUT_POSTAL_CODES = ["AE", "HK", "QA", "YE"];

/** Codes and names, in the order of their names. */
export function countries(language, allowed) {
  const names = new Intl.DisplayNames([language], { type: "region" });
  const wanted = allowed ? CODES.filter((code) => allowed.includes(code)) : CODES;
  const order = new Intl.Collator(language).compare;
  return wanted.map((code) => ({ code, name: names.of(code) })).sort((one, other) => order(one.name, other.name));
}

/** Real Stripe goes by where the customer's address is; this form cannot see it, and goes by the money. */
export function likelyCountry(currency) {
  return BY_CURRENCY[currency?.toLowerCase()] ?? new Intl.Locale(navigator.language).region ?? "US";
}

/** The name of the postal code's text where one is asked for, else null. */
export function postalLabel(country) {
  return ASKING[country] ?? null;
}

export function hasPostalCodes(country) {
  return !WITHOUT_POSTAL_CODES.includes(country);
}
