// Errors: those of the page that uses Stripe.js wrongly are thrown, those of a payment are handed back as `{ error }`.

class IntegrationError extends Error {
  name = "IntegrationError";
}

function refuse(message) {
  throw new IntegrationError(message);
}

/** What real Stripe.js has and this stand-in has not is said aloud, never ignored. */
function lacking(what) {
  return refuse(`FakeStripe's stand-in for Stripe.js has no ${what}. Real Stripe.js has.`);
}

const NOT_AUTHENTICATED = /^(payment|setup)_intent_authentication_failure$/;

/** An error of the API with its message as the customer should read it: card errors only, others are for developers. */
function localised(error, language) {
  if (NOT_AUTHENTICATED.test(error.code)) return { ...error, message: say("authentication_failure", language) };
  const name = [error.decline_code, error.code].find((code) => code in WORDS);
  return error.type === "card_error" && name ? { ...error, message: say(name, language) } : error;
}
