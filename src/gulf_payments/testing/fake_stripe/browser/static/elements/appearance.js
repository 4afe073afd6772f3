// The Appearance of the shop: a theme, variables, rules; as custom properties and as style sheet rules.

const BASE = {
  borderRadius: "5px",
  colorDanger: "#df1b41",
  colorText: "#30313d",
  colorTextSecondary: "#6d6e78",
  colorTextPlaceholder: "#757680",
  colorBackground: "#ffffff",
  colorPrimary: "#0570de",
  fontFamily:
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", Tahoma, sans-serif',
  fontSizeBase: "16px",
  fontLineHeight: "1.4",
  spacingUnit: "2px",
  inputBorder: "#cdd3da",
  inputShadow: "0 1px 1px rgb(0 0 0 / 3%), 0 3px 6px rgb(0 0 0 / 2%)",
  scheme: "light",
};
const THEMES = {
  stripe: BASE,
  night: {
    ...BASE,
    colorDanger: "#fe87a1",
    colorText: "#ffffff",
    colorTextSecondary: "#c9ced8",
    colorTextPlaceholder: "#a9b0bc",
    colorBackground: "#30313d",
    colorPrimary: "#4aa8ff",
    inputBorder: "#6b6e86",
    inputShadow: "0 2px 4px rgb(0 0 0 / 40%)",
    scheme: "dark",
  },
  flat: {
    ...BASE,
    colorBackground: "#f1f1f1",
    colorDanger: "#c4123a",
    colorTextPlaceholder: "#66676f",
    inputBorder: "#f1f1f1",
    inputShadow: "0 0 #0000",
  },
  none: { ...BASE, inputShadow: "0 0 #0000" },
};
/** What the shop's own rules may reach, as in real Stripe.js; never the page outside the form. */
const CLASSES = "AccordionItem|Block|Error|Input|Label|TermsText";
const STATES = ":(?:hover|focus|focus-visible|disabled|autofill)|::(?:placeholder|selection)";
const SELECTOR = new RegExp(`^\\.(?:${CLASSES})(?:--[a-zA-Z]+)?(?:${STATES})?$`);
const NAMES = { ".TermsText": ".Terms", ".Block": ".Form" };
const sheet = new CSSStyleSheet();

export function dress({ theme = "stripe", variables = {}, rules = {} }, fonts = []) {
  const style = document.documentElement.style;
  for (const [name, value] of Object.entries({ ...(THEMES[theme] ?? BASE), ...variables })) {
    if (/^[a-zA-Z]+$/.test(name)) style.setProperty(`--${name}`, value);
  }
  document.documentElement.dataset.theme = theme;
  sheet.replaceSync("");
  for (const [selector, properties] of Object.entries(rules))
    if (SELECTOR.test(selector)) addRule(selector, properties);
  document.adoptedStyleSheets = [sheet];
  for (const { family, src, ...descriptors } of fonts) if (family && src) addFont(family, src, descriptors);
}

function addRule(selector, properties) {
  const own = Object.entries(NAMES).reduce((name, [theirs, ours]) => name.replace(theirs, ours), selector);
  const rule = sheet.cssRules[sheet.insertRule(`${own} {}`, sheet.cssRules.length)];
  for (const [name, value] of Object.entries(properties)) {
    rule.style.setProperty(
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    );
  }
}

/** A font that cannot be had leaves the next of the family's list. */
async function addFont(family, src, descriptors) {
  try {
    document.fonts.add(await new FontFace(family, src, descriptors).load());
  } catch {
    console.warn(`FakeStripe: the font ${family} could not be loaded.`);
  }
}
